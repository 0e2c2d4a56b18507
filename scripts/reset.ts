import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { resetDatabase } from '../db/reset.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  await resetDatabase(target)
  say(`${target.owner.name} is now empty: run "make migrate"`)
})
