import { SignJWT } from 'jose'
import { usageError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { functionEnvironment } from './functions-environment.ts'
import { readSettings } from './settings.ts'
import type { Target } from './target.ts'

/**
 * Creates a token for the local functions, valid for an hour.
 *
 * @param user account id or e-mail address
 */
export async function makeToken(target: Target, user: string): Promise<string> {
  const environment = functionEnvironment(target, readSettings())
  if (!environment.JWT_SECRET)
    throw usageError('make token needs JWT_SECRET: with JWKS_URL, only the issuer can sign tokens')
  const token = new SignJWT({ role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(await findAccount(target, user))
    .setIssuer(environment.JWT_ISSUER ?? '')
    .setAudience(environment.JWT_AUDIENCE ?? 'authenticated')
    .setIssuedAt()
    .setExpirationTime('1h')
  return token.sign(new TextEncoder().encode(environment.JWT_SECRET))
}

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
