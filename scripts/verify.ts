import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { migrationState } from '../db/migrations/state.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  const { applied, pending, missing } = await migrationState(target.owner)
  const newest = applied.at(-1)?.version ?? ''
  const problems = [
    ...missing.map(
      (version) =>
        `${version} is applied, but migrations/ has no such file: restore it (git log -- migrations)`,
    ),
    ...pending
      .filter((file) => file.version < newest)
      .map(
        (file) =>
          `${file.name} is older than the newest applied migration and was never applied: give it a newer version`,
      ),
    ...pending
      .filter((file) => file.version >= newest)
      .map((file) => `${file.name} is pending: run "make migrate"`),
  ]
  if (problems.length > 0)
    throw failed(`${target.owner.name} differs from migrations/:\n  ${problems.join('\n  ')}`)
  say(`${applied.length} migrations, all applied to ${target.owner.name}`)
})
