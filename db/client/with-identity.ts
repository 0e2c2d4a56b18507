import { setTimeout as sleep } from 'node:timers/promises'
import type { KyselyProps } from 'kysely'
import { misuse } from '../../packages/postgres/src/failure.ts'
import { sessionProps } from './driver.ts'
import { isRetryable } from './errors.ts'
import { AnonDb, ServiceDb, UserDb } from './handles.ts'
import { ANON, type Claims, type Identity, SERVICE, userIdentity } from './identity.ts'
import type { Lease } from './pool.ts'
import { RootDb } from './root-db.ts'
import { Session, type SessionSettings } from './session.ts'

export interface TransactionOptions {
  /** Refuse every write (25006). */
  readOnly?: boolean
  /** PostgreSQL's default is read committed. */
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** Bound on each statement, in milliseconds, instead of the database's; 0 is none. */
  statementTimeoutMs?: number
  /**
   * How often the function is run again where the database broke the transaction off because it met another (40001,
   * 40P01). 0 unless given: the function must then have no effect outside the database.
   */
  retries?: number
  /** Aborting it cancels the statement under way on the server, and rolls back. */
  signal?: AbortSignal
  /**
   * The function makes exactly one query: it travels together with identity and commit, in one round trip. What the
   * function throws after its answer undoes nothing.
   */
  oneQuery?: boolean
}

/**
 * Runs `fn` in one transaction that acts as a user, and commits when it resolves.
 *
 * @example
 * const documents = await withUser(db, claims, (tx) => tx.selectFrom('documents').selectAll().execute())
 * // begin; select set_config('role', $1, true), set_config('request.jwt.claims', $2, true), …;
 * // select * from "documents"; commit
 *
 * @param claims of a token whose signature was verified; `sub` is the account
 * @param fn gets the only handle that acts as the user. What it throws rolls back, and is thrown again
 * @throws Failure (2) for claims without an account, before anything is sent; DatabaseUnavailable where no
 *   connection can be had; pg.DatabaseError for what PostgreSQL refuses; the signal's reason
 */
export async function withUser<T>(
  db: RootDb,
  claims: Claims,
  fn: (tx: UserDb) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return transact(db, userIdentity(claims), (props) => new UserDb(props), fn, options)
}

/** Runs `fn` in one transaction that acts as nobody in particular: what everybody may do. See {@link withUser}. */
export async function withAnon<T>(
  db: RootDb,
  fn: (tx: AnonDb) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return transact(db, ANON, (props) => new AnonDb(props), fn, options)
}

/**
 * Runs `fn` in one transaction that acts as the server and passes row level security: everybody's rows. Never let a
 * request decide which. See {@link withUser}.
 */
export async function withService<T>(
  db: RootDb,
  fn: (tx: ServiceDb) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return transact(db, SERVICE, (props) => new ServiceDb(props), fn, options)
}

const MAX_RETRIES = 10
const RETRY_DELAY_MS = 10

async function transact<Handle, T>(
  db: RootDb,
  identity: Identity,
  handle: (props: KyselyProps) => Handle,
  fn: (tx: Handle) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  if (!(db instanceof RootDb)) throw misuse('the first argument is what createDatabase returned')
  const settings = sessionSettings(db, identity, options)
  const retries = options.retries ?? 0
  if (!Number.isInteger(retries) || retries < 0 || retries > MAX_RETRIES) {
    throw misuse(`retries is a whole number from 0 to ${MAX_RETRIES}`)
  }
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptOnce(db, settings, handle, fn, options.signal)
    } catch (error) {
      if (attempt >= retries || !isRetryable(error)) throw error
      // Doubled each time, and never twice the same: two that met would otherwise meet again.
      await sleep(
        RETRY_DELAY_MS * 2 ** attempt * (0.5 + Math.random()),
        undefined,
        signalOption(options.signal),
      ).catch((aborted: unknown) => {
        throw options.signal?.reason ?? aborted
      })
    }
  }
}

function sessionSettings(db: RootDb, identity: Identity, options: TransactionOptions): SessionSettings {
  const {
    isolation,
    readOnly,
    oneQuery = false,
    statementTimeoutMs: statementMs = db.opened.timeouts.statementMs,
  } = options
  if (!Number.isInteger(statementMs) || statementMs < 0)
    throw misuse('statementTimeoutMs is a whole number from 0')
  if (isolation !== undefined && !ISOLATION_LEVELS.has(isolation)) {
    throw misuse(`isolation is one of ${[...ISOLATION_LEVELS].join(', ')}`)
  }
  const modes = [isolation && `isolation level ${isolation}`, readOnly && 'read only']
    .filter(Boolean)
    .join(' ')
  return {
    identity,
    timeouts: { ...db.opened.timeouts, statementMs },
    modes,
    oneQuery,
  }
}

const ISOLATION_LEVELS = new Set(['read committed', 'repeatable read', 'serializable'])

async function attemptOnce<Handle, T>(
  db: RootDb,
  settings: SessionSettings,
  handle: (props: KyselyProps) => Handle,
  fn: (tx: Handle) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  const waiting = db.opened.pool.lease()
  const lease = await orAborted(waiting, signal).catch((error: unknown) => {
    // Aborted while waiting: the connection that comes all the same goes back.
    waiting.then((late) => late.release(true)).catch(() => {})
    throw error
  })
  const session = new Session(lease.client, settings)
  try {
    const result = await orAborted(fn(handle(sessionProps(session))), signal)
    await orAborted(session.commit(), signal)
    lease.release(true)
    return result
  } catch (error) {
    await abandon(lease, session, signal)
    throw error
  }
}

const ROLLBACK_TIMEOUT_MS = 5_000

/** Ends a transaction that failed; its connection is used again only where the server confirmed the rollback. */
async function abandon(lease: Lease, session: Session, signal: AbortSignal | undefined): Promise<void> {
  session.close()
  if (signal?.aborted) {
    await lease.cancel()
    return lease.release(false)
  }
  const late = new AbortController()
  const timeout = sleep(ROLLBACK_TIMEOUT_MS, false, { signal: late.signal, ref: false }).catch(() => false)
  const fit = await Promise.race([session.rollback(), timeout])
  late.abort()
  lease.release(fit)
}

/** The promise, or the signal's reason as soon as it is aborted. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function signalOption(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
