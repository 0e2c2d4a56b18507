import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { accept, findOutdated } from '../db/accept/accept.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand({ options: { check: { type: 'boolean' } } }, async ({ values }) => {
  const run = async (database: ConnectionString) => {
    const outdated = await findOutdated(database)
    for (const { difference } of outdated) show(difference)
    if (outdated.length === 0) say('tests/schema matches the database')
    else if (values.check) {
      throw failed(`${outdated.length} files of tests/schema differ from the database: run "make accept"`)
    } else {
      accept(outdated)
      say(`${outdated.length} files of tests/schema were rewritten: review them ("git diff tests/schema")`)
    }
  }
  const target = await findScratch(say)
  if (target.kind === 'given') await run(target.owner)
  else await withThrowawayDatabase(maintenance(target), run)
})

function show(difference: string): void {
  for (const line of difference.trimEnd().split('\n')) {
    if (line.startsWith('+')) say(colour('green', line))
    else if (line.startsWith('-')) say(colour('red', line))
    else say(line)
  }
}
