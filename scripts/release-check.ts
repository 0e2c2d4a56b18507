import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { checkRelease, recordRelease, writeChangelogEntry } from '../db/release-check.ts'

await runCommand(
  { options: { record: { type: 'boolean' }, entry: { type: 'boolean' } } },
  async ({ values }) => {
    if (values.record) return say(`types/released.json: recorded the current contract as ${recordRelease()}`)
    const { since, version, changes, level, needed, enough } = values.entry
      ? writeChangelogEntry()
      : checkRelease()
    if (!level) return say(`The contract has not changed since ${since}`)
    for (const change of changes) say(`${change.level.padEnd(5)}  ${change.reason}`)
    if (values.entry)
      return say(
        enough ? `Version ${version} reflects that` : `.changeset/db-types-contract.md says so: ${needed}`,
      )
    if (!enough) {
      throw failed(
        `a ${level} change since ${since}: the next version is ${needed} or higher, types/package.json says ${version}.\n` +
          '"npm run release:version" writes the changelog entry and sets the version',
      )
    }
    say(`A ${level} change since ${since}; version ${version} reflects that`)
  },
)
