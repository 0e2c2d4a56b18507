import { setTimeout as sleep } from 'node:timers/promises'
import type { KyselyPlugin, KyselyProps } from 'kysely'
import { usageError } from '../../packages/postgres/src/failure.ts'
import { wholeNumber } from '../../packages/postgres/src/whole-number.ts'
import { sessionProps } from './driver.ts'
import { isRetryable } from './errors.ts'
import { AnonDb, ServiceDb, UserDb } from './handles.ts'
import { ANON, type Claims, type Identity, SERVICE, userIdentity } from './identity.ts'
import { ownerPlugin } from './owner/plugin.ts'
import type { Lease } from './pool.ts'
import { RootDb } from './root-db.ts'
import { Session, type SessionSettings } from './session.ts'
import { runWork, type Work } from './work.ts'

export interface TransactionOptions {
  /** Refuse every write (25006). */
  readOnly?: boolean
  /** PostgreSQL's default is read committed. */
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** Time limit for each statement, in milliseconds, instead of the pool's; 0 for none. */
  statementTimeoutMs?: number
  /**
   * Maximum reruns after a serialization failure or a deadlock (40001, 40P01); default 0. A function that may run more
   * than once must have no effect outside the database.
   */
  retries?: number
  /** Aborting it cancels the running statement on the server and rolls back. */
  signal?: AbortSignal
  /**
   * The function makes exactly one query, which is sent together with identity and commit in one round trip. An error
   * thrown after that query does not undo it.
   */
  oneQuery?: boolean
}

export interface UserOptions extends TransactionOptions {
  /**
   * Add the condition `user_id = <account>` to queries of the builder, so that the planner knows the owner of the rows;
   * default true. It does not change results. `tx.withoutPlugins()` omits it from one query.
   */
  ownerCondition?: boolean
}

/**
 * Runs `fn` in one transaction that acts as a user, and commits when it resolves.
 *
 * @example
 * import { db, withUser } from '@centrid/db'
 *
 * // select set_config('role', 'authenticated', true), set_config('request.jwt.claims', …, true), …;
 * // select "filename" from "documents"
 * await withUser(db, claims, (tx) => tx.selectFrom('documents').select('filename').execute()) // → [{ filename: 'trees.md' }]
 *
 * @example
 * import { db, withUser } from '@centrid/db'
 *
 * // A query that is returned, not executed, is the last one. It travels with the commit: one round trip.
 * const renamed = await withUser(db, claims, (tx) =>
 *   tx.updateTable('documents').set({ filename: 'trees.md' }).where('id', '=', documentId).returning('filename'),
 * )
 * renamed // → [{ filename: 'trees.md' }]
 *
 * @param claims claims of a token whose signature was verified; `sub` is the account
 * @param fn receives the only handle that acts as the user. If it throws, the transaction is rolled back and the error rethrown
 * @throws Failure (2) for claims without an account, before anything is sent; DatabaseUnavailable if no
 *   connection is available; pg.DatabaseError if PostgreSQL refuses a statement; the signal's reason
 */
export async function withUser<T>(
  db: RootDb,
  claims: Claims,
  fn: Work<UserDb, T>,
  options: UserOptions = {},
): Promise<T> {
  const identity = userIdentity(claims)
  const plugins = (options.ownerCondition ?? true) ? [ownerPlugin(identity.account)] : []
  return transact(db, identity, plugins, (props) => new UserDb(props, db.opened.distributed), fn, options)
}

/**
 * Runs `fn` in one transaction that acts as `anon`, a caller without account. See {@link withUser}.
 *
 * @example
 * import { db, withAnon } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * const { rows } = await withAnon(db, (tx) => sql<{ role: string }>`select current_user as role`.execute(tx))
 * rows // → [{ role: 'anon' }]
 */
export async function withAnon<T>(
  db: RootDb,
  fn: Work<AnonDb, T>,
  options: TransactionOptions = {},
): Promise<T> {
  return transact(db, ANON, [], (props) => new AnonDb(props), fn, options)
}

/**
 * Runs `fn` in one transaction that acts as `service_role`, which bypasses row level security and sees all users' rows.
 * Never let a request choose the rows. See {@link withUser}.
 *
 * @example
 * import { db, withService } from '@centrid/db'
 *
 * const { plan_type } = await withService(db, (tx) =>
 *   tx.selectFrom('user_profiles').select('plan_type').where('user_id', '=', claims.sub).executeTakeFirstOrThrow(),
 * )
 * plan_type // → 'free'
 */
export async function withService<T>(
  db: RootDb,
  fn: Work<ServiceDb, T>,
  options: TransactionOptions = {},
): Promise<T> {
  return transact(db, SERVICE, [], (props) => new ServiceDb(props), fn, options)
}

const MAX_RETRIES = 10
const RETRY_DELAY_MS = 10

async function transact<Handle, T>(
  db: RootDb,
  identity: Identity,
  plugins: KyselyPlugin[],
  handle: (props: KyselyProps) => Handle,
  fn: Work<Handle, T>,
  options: TransactionOptions,
): Promise<T> {
  if (!(db instanceof RootDb)) throw usageError('the first argument must be the result of createDatabase')
  const settings = sessionSettings(db, identity, options)
  const retries = wholeNumber('retries', options.retries ?? 0, 0, MAX_RETRIES)
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptOnce(
        db,
        settings,
        (session) => handle(sessionProps(session, plugins)),
        fn,
        options.signal,
      )
    } catch (error) {
      if (attempt >= retries || !isRetryable(error)) throw error
      // Exponential with jitter, so that two conflicting transactions do not conflict again.
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
  wholeNumber('statementTimeoutMs', statementMs)
  if (isolation !== undefined && !ISOLATION_LEVELS.has(isolation)) {
    throw usageError(`isolation is one of ${[...ISOLATION_LEVELS].join(', ')}`)
  }
  const modes = [isolation && `isolation level ${isolation}`, readOnly && 'read only']
    .filter(Boolean)
    .join(' ')
  return {
    identity,
    timeouts: { ...db.opened.timeouts, statementMs },
    modes,
    oneQuery,
    distributed: db.opened.distributed,
  }
}

const ISOLATION_LEVELS = new Set(['read committed', 'repeatable read', 'serializable'])

async function attemptOnce<Handle, T>(
  db: RootDb,
  settings: SessionSettings,
  handle: (session: Session) => Handle,
  fn: Work<Handle, T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  const waiting = db.opened.pool.lease()
  const lease = await orAborted(waiting, signal).catch((error: unknown) => {
    // Aborted while waiting: a connection that arrives later returns to the pool.
    waiting.then((late) => late.release(true)).catch(() => {})
    throw error
  })
  const session = new Session(lease.client, settings)
  try {
    const result = await orAborted(
      runWork(fn, handle(session), () => session.expectLast()),
      signal,
    )
    await orAborted(session.commit(), signal)
    lease.release(true)
    return result
  } catch (error) {
    await abandon(lease, session, signal)
    throw error
  }
}

const ROLLBACK_TIMEOUT_MS = 5_000

/** Ends a failed transaction. Its connection is reused only when the server has confirmed the rollback. */
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

/** Settles as the promise does, or rejects with the signal's reason as soon as it is aborted. */
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
