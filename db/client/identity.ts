import { usageError } from '../../packages/postgres/src/failure.ts'
import type { Statement } from './batch.ts'

/** The three roles that a transaction can act as. */
export type Role = 'authenticated' | 'anon' | 'service_role'

/**
 * Claims of a token whose signature was *verified*. Row level security trusts them.
 * `sub` is the account (a uuid); policies may read the others with `auth.jwt()`.
 */
export interface Claims {
  sub: string
  role?: 'authenticated'
  [name: string]: unknown
}

/** The identity of a transaction, checked and ready to be sent. */
export interface Identity {
  role: Role
  /** JSON text. */
  claims: string
  /** Id of the account whose rows it sees. Without it, no policy reads the claims. */
  account?: string
}

export interface UserIdentity extends Identity {
  /** Id of the account. */
  account: string
}

/** Far larger than a token, which is sent in a header, and little work for the server. */
export const MAX_CLAIMS_BYTES = 16_384

/**
 * The search_path. pg_temp is last. If it were not listed, PostgreSQL would search it first, and a temporary table or type
 * left in a pooled connection would replace the real one, also in auth.uid().
 */
export const SEARCH_PATH = 'public, extensions, pg_temp'

export const ANON: Identity = { role: 'anon', claims: '{"role":"anon"}' }
export const SERVICE: Identity = { role: 'service_role', claims: '{"role":"service_role"}' }

/**
 * The identity of a user. Never touches the database.
 *
 * @throws Failure (2) if the claims name no account, claim another role, or cannot be sent as JSON
 */
export function userIdentity(claims: Claims): UserIdentity {
  const text = serialize(claims)
  // Check the JSON that is sent, because getters and toJSON may change it.
  const sent: unknown = JSON.parse(text)
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw usageError('claims must be an object')
  const { sub, role } = sent as Record<string, unknown>
  if (typeof sub !== 'string' || !UUID.test(sub)) {
    throw usageError('claims.sub must be the uuid of an account: withUser acts as that account')
  }
  if (role !== undefined && role !== 'authenticated') {
    throw usageError('claims.role must be "authenticated": withUser acts as users only')
  }
  return { role: 'authenticated', claims: text, account: sub }
}

/**
 * The one statement that makes a transaction act as `identity`. Its effect ends with the transaction.
 *
 * @param pauses whether the transaction can wait for its client; a single batch cannot
 * @param distributed whether the identity must reach the workers of a cluster
 */
export function assumeIdentity(
  identity: Identity,
  timeouts: Timeouts,
  pauses: boolean,
  distributed: boolean,
): Statement {
  const values = [identity.role, identity.claims, SEARCH_PATH, String(timeouts.statementMs)]
  const assume = `select ${distributed ? ACT_AS : ASSUME}, ${LIMITS}`
  return pauses
    ? { sql: `${assume}, ${PAUSES}`, values: [...values, String(timeouts.idleMs)], silent: true }
    : { sql: assume, values, silent: true }
}

/**
 * Statements that fail with CONFIRMATION_FAILED if the transaction no longer acts as `identity`.
 *
 * @param onWorker whether to check a worker as well: SQL can set claims there that the coordinator does not have
 */
export function confirmIdentity(identity: Identity, onWorker: boolean): Statement[] {
  const { role, claims, account } = identity
  const here: Statement = { sql: CONFIRM, values: [role, claims], silent: true }
  if (!onWorker || account === undefined) return [here]
  // A read with row_security off is refused.
  const readable: Statement = { sql: 'set local row_security = on', values: [], silent: true }
  return [here, readable, { sql: CONFIRM_ON_WORKER, values: [claims, account], silent: true }]
}

/** Division by zero. A user's statement may raise it too, so its position in the batch decides. */
export const CONFIRMATION_FAILED = '22012'

/** Resets session state that raw SQL may have set, because it outlives the transaction. */
export const CLEANSE: readonly Statement[] = [
  'close all',
  'reset session authorization',
  'reset role',
  'reset all',
  // Code in temporary objects could run as the next user of the session.
  'discard temp',
].map((sql) => ({ sql, values: [], silent: true }))

/** Time limits of a transaction, in milliseconds; 0 for none. */
export interface Timeouts {
  statementMs: number
  idleMs: number
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

// `request.jwt.claim.*` are older names, which Supabase's auth.uid(), auth.role() and auth.email() read first: a value
// left in the session would win.
const ASSUME = `set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
 set_config('request.jwt.claim.sub', '', true), set_config('request.jwt.claim.role', '', true),
 set_config('request.jwt.claim.email', '', true)`

// set_config does not reach the workers. This function uses SET LOCAL, which does.
const ACT_AS = 'cluster.act_as($1, $2)'

const LIMITS = `set_config('search_path', $3, true), set_config('statement_timeout', $4, true)`
const PAUSES = `set_config('idle_in_transaction_session_timeout', $5, true)`

const CONFIRM = `select 1 / (current_setting('role') = $1 and current_setting('request.jwt.claims') = $2
 and current_setting('request.jwt.claim.sub') = '' and current_setting('request.jwt.claim.role') = ''
 and current_setting('request.jwt.claim.email') = '')::int`

// The worker with the account's shard evaluates this, whether or not a row exists.
const CONFIRM_ON_WORKER = `select 1 / (count(*) >= 0 and current_setting('request.jwt.claims') = $1
 and current_setting('request.jwt.claim.sub') = '' and current_setting('request.jwt.claim.role') = ''
 and current_setting('request.jwt.claim.email') = '')::int
 from public.user_profiles where user_id = $2::uuid`

function serialize(claims: Claims): string {
  let text: string | undefined
  try {
    text = JSON.stringify(claims, (name, value: unknown) => {
      checkText(name)
      if (typeof value === 'string') checkText(value)
      return value
    })
  } catch (error) {
    throw usageError(
      `claims cannot be sent as JSON: ${error instanceof Error ? error.message : 'unknown value'}`,
      error,
    )
  }
  if (text === undefined) throw usageError('claims must be an object')
  if (Buffer.byteLength(text) > MAX_CLAIMS_BYTES) {
    throw usageError(
      `claims are ${Buffer.byteLength(text)} bytes of JSON: at most ${MAX_CLAIMS_BYTES} are allowed`,
    )
  }
  return text
}

/** PostgreSQL's jsonb accepts neither NUL nor a lone surrogate: auth.uid() would fail on them later. */
function checkText(text: string): void {
  if (text.includes('\0') || LONE_SURROGATE.test(text)) {
    throw new TypeError('a NUL or a lone surrogate in a string')
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u
