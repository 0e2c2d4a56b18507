import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { Failure, messageOf } from 'postgres-kit/failure.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { runOptions } from '../../db/migrations/run-options.ts'

// Runs the same code as `make migrate`, with a folder of migrations as its argument.
const say = (line: string) => process.stdout.write(`${line}\n`)
try {
  const applied = await migrate(
    parseConnectionString(process.env.DATABASE_URL ?? ''),
    (event) => say(`${event.type} ${event.name}`),
    { ...runOptions(say), folder: process.argv[2] ?? '' },
  )
  say(`${applied.length} applied`)
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = error instanceof Failure ? error.exitCode : 3
}
