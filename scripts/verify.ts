import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { findVerifyProblems } from '../db/migrations/verify.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  const { applied, problems } = await findVerifyProblems(target.owner)
  if (problems.length > 0)
    throw failed(`${target.owner.name} differs from migrations/:\n  ${problems.join('\n  ')}`)
  say(`${applied} migrations, all applied to ${target.owner.name}`)
})
