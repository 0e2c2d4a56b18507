import { failed } from 'postgres-kit/failure.ts'
import { schemaFileIsFresh } from '../db/schema-file.ts'
import { runCommand, say } from './cli.ts'

await runCommand(async () => {
  if (!(await schemaFileIsFresh())) throw failed('db/schema.sql is stale: run "make migrate" and commit it')
  say('db/schema.sql is fresh')
})
