import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { findServer } from 'postgres-kit/find-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { bootstrap, profileOf, refuseUsedServer } from '../db/bootstrap.ts'
import { readSettings } from '../db/settings.ts'

await runCommand(async () => {
  const { databaseUrl, platform } = readSettings()
  if (databaseUrl === undefined) {
    throw usageError('DATABASE_URL is unset: the embedded server is bootstrapped by "make migrate" itself')
  }
  const profile = profileOf(platform)
  const connection = await findServer(databaseUrl)
  await withOwnerClient(connection, async (client) => {
    if (profile === 'supabase') await refuseUsedServer(client)
    await bootstrap(client, profile)
  })
  if (profile === 'supabase')
    return say(`${connection.name} now imitates Supabase: the superuser is supabase_admin, not postgres`)
  say(`${connection.name} now has Supabase's roles, auth.users, auth.uid() and default privileges`)
  say("The login authenticator has no password yet: alter role authenticator password '…'")
})
