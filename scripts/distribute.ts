import { runCommand } from 'command-line/run-command.ts'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { distribute } from '../db/distribute/distribute.ts'
import { readSettings } from '../db/settings.ts'

await runCommand({ options: { 'dry-run': { type: 'boolean' } } }, async ({ values }) => {
  const { databaseUrl } = readSettings()
  if (databaseUrl === undefined)
    throw usageError('DATABASE_URL is unset: set it to the owner of the database on a Citus coordinator')
  await distribute(parseConnectionString(databaseUrl), values['dry-run'] === true)
})
