import { startWorker, type Worker } from 'edge-gateway/worker.ts'
import { jwtVerify, SignJWT } from 'jose'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { FUNCTIONS } from '../../db/functions.ts'

const SECRET = new TextEncoder().encode('a secret of the benchmark, of 32 characters or more')
const ISSUER = 'https://issuer.test'

/** One of supabase/functions in Deno, on a database. */
export function startFunction(
  name: string,
  database: ConnectionString,
  environment: Readonly<Record<string, string>> = {},
): Promise<Worker> {
  return startWorker(
    FUNCTIONS,
    name,
    {
      APP_DATABASE_URL: database.url.href,
      JWT_SECRET: new TextDecoder().decode(SECRET),
      JWT_ISSUER: ISSUER,
      ...environment,
    },
    () => {},
  )
}

/** A token that these functions accept. */
export function signToken(user: string): Promise<string> {
  return new SignJWT({ role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setIssuer(ISSUER)
    .setAudience('authenticated')
    .setExpirationTime('2h')
    .sign(SECRET)
}

export async function verifyToken(token: string): Promise<void> {
  await jwtVerify(token, SECRET, { issuer: ISSUER, audience: 'authenticated' })
}
