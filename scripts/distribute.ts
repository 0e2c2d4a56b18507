import { runCommand } from 'command-line/run-command.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { findServer } from 'postgres-kit/find-server.ts'
import { distribute } from '../db/distribute/distribute.ts'
import { readSettings } from '../db/settings.ts'

await runCommand({ options: { 'dry-run': { type: 'boolean' } } }, async ({ values }) => {
  const { databaseUrl } = readSettings()
  if (databaseUrl === undefined)
    throw usageError('DATABASE_URL is unset: set it to the owner of the database on a Citus coordinator')
  await distribute(await findServer(databaseUrl), values['dry-run'] === true)
})
