import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { checkRelease, recordRelease } from '../db/release-check.ts'

await runCommand(async () => {
  const { values } = parseArgs({ options: { record: { type: 'boolean' } } })
  if (values.record) return say(`types/released.json: the contract of now is ${recordRelease()}`)
  const { since, version, changes, level, needed, enough } = checkRelease()
  if (!level) return say(`The contract is what ${since} was released with`)
  for (const change of changes) say(`${change.level.padEnd(5)}  ${change.reason}`)
  if (!enough) {
    throw failed(
      `a ${level} change since ${since}: the next version is ${needed} or higher, types/package.json says ${version}.\n` +
        '.changeset/db-types-contract.md has the changelog entry; "npm run release:version" applies both',
    )
  }
  say(`A ${level} change since ${since}; version ${version} says so`)
})
