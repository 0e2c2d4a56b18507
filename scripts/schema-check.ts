import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { schemaFileIsFresh } from '../db/schema-file.ts'

await runCommand(async () => {
  if (!(await schemaFileIsFresh())) throw failed('db/schema.sql is stale: run "make migrate" and commit it')
  say('db/schema.sql is fresh')
})
