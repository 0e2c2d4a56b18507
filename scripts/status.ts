import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { colour, say, sayAside } from 'command-line/terminal.ts'
import { migrationState } from '../db/migrations/state.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } })
  const target = await findTarget(sayAside)
  await prepareEmbeddedDatabase(target)
  const { applied, pending, missing } = await migrationState(target.owner)
  if (values.json) {
    say(
      JSON.stringify({
        applied: applied.map(({ name }) => name),
        pending: pending.map(({ name }) => name),
        missing,
      }),
    )
    return
  }
  for (const { name } of applied) say(`${colour('green', 'applied')} ${name}`)
  for (const { name } of pending) say(`${colour('yellow', 'pending')} ${name}`)
  for (const version of missing) say(`${colour('red', 'no file')} ${version}`)
  say(`${applied.length} applied, ${pending.length} pending on ${target.owner.name}`)
})
