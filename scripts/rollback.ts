import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { newestApplied, rollback } from '../db/migrations/rollback.ts'
import { runOptions } from '../db/migrations/run-options.ts'
import { findTarget, refuseUnlessForced } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  const file = await newestApplied(target.owner)
  if (!file) return say('Nothing to roll back: no migration is applied')
  refuseUnlessForced(target, `rollback would undo ${file.name} on ${target.owner.name}`, 'make rollback')
  await rollback(target.owner, runOptions(say))
  say(`${colour('yellow', 'undone')} ${file.name} on ${target.owner.name}`)
  say(
    'db/schema.sql and types/ still describe the state after all migrations: change the file and run "make migrate",\nor delete it with its tests, and restore the changed files in db/ and types/ (git status)',
  )
})
