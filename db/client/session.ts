import type { ClientBase } from 'pg'
import { failed, misuse } from '../failure.ts'
import { type Statement, type StatementResult, sendBatch, transactionStatus } from './batch.ts'
import { sqlState } from './errors.ts'
import {
  assumeIdentity,
  CONFIRMATION_FAILED,
  confirmIdentity,
  type Identity,
  type Timeouts,
} from './identity.ts'

export interface SessionSettings {
  identity: Identity
  timeouts: Timeouts
  /** `begin …`; undefined where the one query is a transaction of its own. */
  begin: string | undefined
  /** Exactly one query, sent together with identity and commit. */
  oneQuery: boolean
}

/**
 * One transaction of one identity on one connection.
 *
 * The first query travels with `begin` and the identity in one batch: where either fails, the server skips the
 * query. Nothing else is sent before that batch has succeeded, nor after a statement has ended the transaction, so
 * no query ever runs as the login.
 */
export class Session {
  readonly #client: ClientBase
  readonly #settings: SessionSettings
  readonly #inFlight = new Set<Promise<unknown>>()
  #opened = false
  #over: string | undefined
  /** Why nothing more may be sent, where role, claims or transaction are not what they were. */
  #broken: unknown
  /** Settles when the last statement that must travel alone has been answered. */
  #alone: Promise<unknown> = Promise.resolve()
  #firstError: unknown

  constructor(client: ClientBase, settings: SessionSettings) {
    this.#client = client
    this.#settings = settings
  }

  /**
   * Runs a statement in the transaction.
   *
   * @param alone whether the statement might end the transaction: nothing is then sent behind it unanswered
   */
  execute(statement: Statement, alone: boolean): Promise<StatementResult> {
    if (this.#over !== undefined) return Promise.reject(misuse(this.#over))
    const first = !this.#opened
    this.#opened = true
    if (first && this.#settings.oneQuery) this.#over = 'a transaction with oneQuery has exactly one query'
    const before = alone ? Promise.allSettled(this.#inFlight) : this.#alone
    const answer = first ? this.#open(statement) : before.then(() => this.#send(statement))
    this.#track(answer)
    if (first || alone) this.#alone = answer.catch(() => {})
    return answer
  }

  /** Commits; answers only when the server has confirmed it. No query is accepted from here on. */
  async commit(): Promise<void> {
    this.close()
    // A query that nobody awaited is part of the transaction all the same.
    await Promise.allSettled(this.#inFlight)
    if (!this.#opened || this.#settings.oneQuery) return
    if (this.#broken) throw this.#broken
    if (this.#isEnded()) throw failed(ENDED, this.#firstError)
    const [, commit] = await sendBatch(this.#client, [
      confirmIdentity(this.#settings.identity),
      COMMIT,
    ]).catch((error: unknown) => {
      throw this.#explain(error)
    })
    if (commit?.command !== 'COMMIT') throw failed(SWALLOWED, this.#firstError)
  }

  /** Rolls back; answers whether the connection is fit for the next transaction. Never throws. */
  async rollback(): Promise<boolean> {
    this.close()
    await Promise.allSettled(this.#inFlight)
    if (!this.#opened) return true
    try {
      if (!this.#isEnded()) await sendBatch(this.#client, [ROLLBACK])
      return this.#isEnded()
    } catch {
      return false
    }
  }

  /** From here on every query is refused. */
  close(): void {
    this.#over ??= 'the transaction is over: await every query inside the function that was given its handle'
  }

  async #open(statement: Statement): Promise<StatementResult> {
    const { begin, identity, timeouts, oneQuery } = this.#settings
    const batch = [assumeIdentity(identity, timeouts), statement]
    if (begin !== undefined) batch.unshift({ sql: begin, values: [] })
    const place = batch.length - 1
    if (begin !== undefined && oneQuery) batch.push(COMMIT)
    const result = (await this.#ask(batch))[place]
    if (!result) throw failed(ENDED)
    return result
  }

  async #send(statement: Statement): Promise<StatementResult> {
    if (this.#broken) throw this.#broken
    if (this.#isEnded()) throw failed(ENDED, this.#firstError)
    const [result] = await this.#ask([statement])
    if (!result) throw failed(ENDED)
    return result
  }

  async #ask(batch: Statement[]): Promise<StatementResult[]> {
    let results: StatementResult[]
    try {
      results = await sendBatch(this.#client, batch)
    } catch (error) {
      this.#firstError ??= error
      throw error
    }
    if (!this.#settings.oneQuery) await this.#checkAfter(results.at(-1))
    return results
  }

  /** After a statement that may have ended the transaction or changed its identity: looks, before the next is sent. */
  async #checkAfter(result: StatementResult | undefined): Promise<void> {
    // COMMIT AND CHAIN begins another transaction, without identity.
    if (this.#isEnded() || result?.command === 'COMMIT') {
      this.#broken = failed(ENDED)
      throw this.#broken
    }
    if (!UNCERTAIN.has(result?.command ?? '')) return
    await sendBatch(this.#client, [confirmIdentity(this.#settings.identity)]).catch((error: unknown) => {
      this.#broken = this.#explain(error)
      throw this.#broken
    })
  }

  #isEnded(): boolean {
    return transactionStatus(this.#client) === 'I'
  }

  #explain(error: unknown): unknown {
    const code = sqlState(error)
    if (code === CONFIRMATION_FAILED) return failed(CHANGED, error)
    if (code === '25P02') return failed(SWALLOWED, this.#firstError ?? error)
    return error
  }

  #track(answer: Promise<unknown>): void {
    this.#inFlight.add(answer)
    const forget = () => this.#inFlight.delete(answer)
    answer.then(forget, forget)
  }
}

/** Command tags behind which role or claims may be others. ROLLBACK is also that of ROLLBACK TO SAVEPOINT. */
const UNCERTAIN = new Set(['ROLLBACK', 'SET', 'RESET', 'DISCARD', 'DO', 'CALL'])

const COMMIT: Statement = { sql: 'commit', values: [] }
const ROLLBACK: Statement = { sql: 'rollback', values: [] }

const ENDED =
  'a statement ended the transaction, and with it the identity: leave begin, commit and rollback to the client'
const CHANGED = 'role or claims were changed inside the transaction: it was rolled back'
const SWALLOWED =
  'a statement failed and its error was caught, so PostgreSQL rolled the transaction back: let the error out, or' +
  ' try the statement inside withSavepoint'
