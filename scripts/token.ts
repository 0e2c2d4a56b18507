import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { say, sayAside } from 'command-line/terminal.ts'
import { SignJWT } from 'jose'
import { usageError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { functionEnvironment } from '../db/functions-environment.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget, type Target } from '../db/target.ts'

await runCommand(async () => {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [user] = positionals
  if (!user) throw usageError('usage: make -s token user=<account id or email>')
  const target = await findTarget(sayAside)
  const environment = functionEnvironment(target, readSettings())
  if (!environment.JWT_SECRET) throw usageError('tokens of a key set (JWKS_URL) come from its issuer only')
  const token = new SignJWT({ role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(await findAccount(target, user))
    .setIssuer(environment.JWT_ISSUER ?? '')
    .setAudience(environment.JWT_AUDIENCE ?? 'authenticated')
    .setIssuedAt()
    .setExpirationTime('1h')
  say(await token.sign(new TextEncoder().encode(environment.JWT_SECRET)))
})

async function findAccount(target: Target, user: string): Promise<string> {
  return withOwnerClient(target.owner, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'select id from auth.users where id::text = $1 or email = $1',
      [user],
    )
    const account = rows[0]
    if (!account)
      throw usageError(`no account "${user}" in ${target.owner.name}: "make seed" adds demo accounts`)
    return account.id
  })
}
