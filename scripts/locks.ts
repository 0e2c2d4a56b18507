import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { isCommitted, lockBudget, writeLockBudget } from '../db/plan/lock-budget.ts'
import { findEmbeddedScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'

await runCommand({ options: { check: { type: 'boolean' } } }, async ({ values }) => {
  const text = await lockBudget(maintenance(await findEmbeddedScratch(say)))
  if (!values.check)
    return say(writeLockBudget(text) ? 'docs/locks.md was written' : 'docs/locks.md is up to date')
  if (isCommitted(text)) return say('docs/locks.md is fresh')
  throw failed('docs/locks.md is out of date: run "make locks", review the difference, and commit it')
})
