import { resetDatabase } from '../db/reset.ts'
import { findTarget } from '../db/target.ts'
import { runCommand, say } from './cli.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  await resetDatabase(target)
  say(`${target.owner.name} is empty now: run "make migrate"`)
})
