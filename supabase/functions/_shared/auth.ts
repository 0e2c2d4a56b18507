import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { userIdentity } from '../../../db/client/identity.ts'
import { HttpError } from './http.ts'
import { Misconfigured, setting } from './settings.ts'

/** Claims of a verified token; `sub` is the account. */
export interface Caller extends Omit<JWTPayload, 'sub'> {
  sub: string
  role: 'authenticated'
}

/**
 * The caller, from the request's bearer token; undefined without a token.
 *
 * A token is accepted if a known key signed it, for this issuer and audience, it has not expired, and its role is
 * `authenticated`. A token of the service role is refused.
 *
 * @throws HttpError 401 for any other token, 503 if the issuer's keys cannot be fetched
 */
export async function authenticate(request: Request): Promise<Caller | undefined> {
  const header = request.headers.get('authorization')
  if (header === null) return undefined
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1]
  if (token === undefined) throw unauthorized('The Authorization header is not "Bearer <token>"')
  const payload = await verify(token)
  const { sub, role } = payload
  if (role !== 'authenticated') throw unauthorized("The token is not a user's")
  if (typeof sub !== 'string' || !UUID.test(sub)) throw unauthorized('The token names no account')
  const caller: Caller = { ...payload, sub, role }
  try {
    userIdentity(caller)
  } catch {
    // The token is valid, but the database cannot store its claims, such as one with U+0000.
    throw unauthorized('The token has claims that cannot be used')
  }
  return caller
}

/** As {@link authenticate}, but a token is required. @throws HttpError 401 without a token */
export async function requireCaller(request: Request): Promise<Caller> {
  const caller = await authenticate(request)
  if (!caller) throw unauthorized('Sign in first: send "Authorization: Bearer <token>"')
  return caller
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

async function verify(token: string): Promise<JWTPayload> {
  verifier ??= makeVerifier()
  try {
    return await verifier(token)
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthorized('The token has expired', 'token_expired')
    // An unreachable, slow or broken key set does not mean that the token is invalid.
    if (
      !(error instanceof errors.JOSEError) ||
      error instanceof errors.JWKSTimeout ||
      isBrokenKeySet(error)
    ) {
      throw new HttpError(503, 'keys_unavailable', 'Tokens cannot be verified at the moment', {
        headers: { 'Retry-After': '5' },
        cause: error,
      })
    }
    throw unauthorized('The token is not valid')
  }
}

function isBrokenKeySet(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC'
}

type Verifier = (token: string) => Promise<JWTPayload>
let verifier: Verifier | undefined

/** JWT_SECRET (HS256) or the issuer's key set, never both: otherwise a public key could be used as the secret. */
function makeVerifier(): Verifier {
  const supabase = setting('SUPABASE_URL')
  const secret = setting('JWT_SECRET')
  const issuer = setting('JWT_ISSUER') ?? (supabase && `${supabase}/auth/v1`)
  const keys =
    setting('JWKS_URL') ?? (secret || !supabase ? undefined : `${supabase}/auth/v1/.well-known/jwks.json`)
  if (issuer === undefined) throw new Misconfigured('set JWT_ISSUER to the "iss" of the tokens')
  if ((secret === undefined) === (keys === undefined))
    throw new Misconfigured('set either JWT_SECRET or JWKS_URL')
  const expected: JWTVerifyOptions = {
    issuer,
    audience: setting('JWT_AUDIENCE') ?? 'authenticated',
    requiredClaims: ['exp', 'sub'],
  }
  if (secret !== undefined) {
    if (secret.length < 32) throw new Misconfigured('JWT_SECRET is shorter than 32 characters')
    const key = new TextEncoder().encode(secret)
    return async (token) => (await jwtVerify(token, key, { ...expected, algorithms: ['HS256'] })).payload
  }
  // Keys rotate: for an unknown key the set is fetched again, at most every five seconds.
  const set = createRemoteJWKSet(new URL(keys ?? ''), { cooldownDuration: 5_000, timeoutDuration: 3_000 })
  return async (token) =>
    (await jwtVerify(token, set, { ...expected, algorithms: ['ES256', 'RS256', 'EdDSA'] })).payload
}

function unauthorized(message: string, code = 'unauthorized'): HttpError {
  return new HttpError(401, code, message, { headers: { 'WWW-Authenticate': 'Bearer' } })
}
