import type { Client } from 'pg'
import { failed, usageError } from '../../packages/postgres/src/failure.ts'
import {
  failedAt,
  type Statement,
  type StatementResult,
  sendBatch,
  transactionStatus,
  UnreadableRow,
} from './batch.ts'
import { sqlState } from './errors.ts'
import {
  assumeIdentity,
  CLEANSE,
  CONFIRMATION_FAILED,
  confirmIdentity,
  type Identity,
  type Timeouts,
} from './identity.ts'
import type { QueryKind } from './plain-query.ts'

export interface SessionSettings {
  identity: Identity
  timeouts: Timeouts
  /** What follows `begin`: isolation level, access mode, or nothing. */
  modes: string
  /** Exactly one query, sent together with identity and commit. */
  oneQuery: boolean
  /** The tables are on other nodes, which learn of the identity only inside an explicit transaction. */
  distributed: boolean
}

/**
 * One transaction of one identity on one connection.
 *
 * The first query is sent with `begin` and the identity in one batch: if either fails, the server skips the query.
 * Nothing else is sent before that batch has succeeded, or after a statement has ended the transaction, so no query ever
 * runs as the login.
 *
 * A first query that only reads is sent with the identity alone, in its own transaction. At the default isolation
 * level the result is the same. If no second query follows, the whole transaction took one round trip.
 */
export class Session {
  readonly #client: Client
  readonly #settings: SessionSettings
  readonly #inFlight = new Set<Promise<unknown>>()
  #started = false
  #begun = false
  #last = false
  #committed = false
  /** Raw SQL or a function may have set something for the session. */
  #tainted = false
  #over: string | undefined
  /** The reason to refuse every later query: role, claims or transaction have changed. */
  #broken: unknown
  /** Settles with the last statement that must finish before the next is sent. */
  #turn: Promise<unknown> = Promise.resolve()
  #firstError: unknown

  constructor(client: Client, settings: SessionSettings) {
    this.#client = client
    this.#settings = settings
  }

  /** Runs a statement in the transaction. After a `raw` one, the next waits for its result: it may end the transaction. */
  execute(statement: Statement, kind: QueryKind): Promise<StatementResult> {
    if (this.#over !== undefined) return Promise.reject(usageError(this.#over))
    if (!isPlain(kind)) this.#tainted = true
    const answer = this.#route(statement, kind)
    this.#inFlight.add(answer)
    const forget = () => this.#inFlight.delete(answer)
    answer.then(forget, forget)
    return answer
  }

  #route(statement: Statement, kind: QueryKind): Promise<StatementResult> {
    const first = !this.#started
    this.#started = true
    if (this.#settings.oneQuery) {
      this.#over = 'a transaction with oneQuery has exactly one query'
      return this.#runSingle(statement, kind)
    }
    if (this.#last) {
      this.#over = 'the query that the function returned was the last one of its transaction'
      return this.#turn.then(() => this.#runLast(statement, kind))
    }
    if (first && kind === 'read' && this.#settings.modes === '')
      return this.#inTurn(this.#runSingle(statement, kind))
    if (!this.#begun) {
      this.#begun = true
      return this.#inTurn(this.#turn.then(() => this.#begin(statement)))
    }
    if (kind === 'raw') {
      return this.#inTurn(Promise.allSettled(this.#inFlight).then(() => this.#send(statement)))
    }
    return this.#turn.then(() => this.#send(statement))
  }

  /** The next query is the last one: it is sent together with the commit. */
  expectLast(): void {
    this.#last = true
  }

  /** Nothing is sent before this has finished. */
  #inTurn(answer: Promise<StatementResult>): Promise<StatementResult> {
    this.#turn = answer.catch(() => {})
    return answer
  }

  /** Commits, and resolves when the server has confirmed it. Later queries are refused. */
  async commit(): Promise<void> {
    this.close()
    // A query that the caller did not await is part of the transaction too.
    await Promise.allSettled(this.#inFlight)
    if (this.#broken) throw this.#broken
    if (!this.#begun || this.#committed) return
    if (this.#isEnded()) throw failed(ENDED, this.#firstError)
    const results = await sendBatch(this.#client, this.#ending()).catch((error: unknown) => {
      throw this.#explain(error, 0)
    })
    if (results[this.#confirmation().length]?.command !== 'COMMIT') throw failed(SWALLOWED, this.#firstError)
  }

  /** Rolls back, and returns whether the connection can be used again. Never throws. */
  async rollback(): Promise<boolean> {
    this.close()
    await Promise.allSettled(this.#inFlight)
    if (!this.#started) return true
    try {
      const batch = [...(this.#isEnded() ? [] : [ROLLBACK]), ...(this.#tainted ? CLEANSE : [])]
      if (batch.length > 0) await sendBatch(this.#client, batch)
      return this.#isEnded()
    } catch {
      return false
    }
  }

  /** Refuses every later query. */
  close(): void {
    this.#over ??= 'the transaction is over: await every query inside the function that got its handle'
  }

  /** Identity, statement and commit in one batch. */
  async #runSingle(statement: Statement, kind: QueryKind): Promise<StatementResult> {
    const { modes, identity, timeouts, distributed } = this.#settings
    const assume = assumeIdentity(identity, timeouts, false, distributed)
    // The batch is a transaction.
    if (modes === '' && isPlain(kind) && !distributed) return this.#ask([assume, statement], 1)
    if (isPlain(kind)) return this.#ask([begin(modes), assume, statement, COMMIT], 2)
    // Use an explicit block: without one, a procedure could commit and continue as the login.
    return this.#ask([begin(modes), assume, statement, ...this.#confirmation(), COMMIT, ...CLEANSE], 2)
  }

  /** The statement and the commit in one batch. */
  async #runLast(statement: Statement, kind: QueryKind): Promise<StatementResult> {
    if (this.#broken) throw this.#broken
    if (!this.#begun) return this.#runSingle(statement, kind)
    if (this.#isEnded()) throw failed(ENDED, this.#firstError)
    const result = await this.#ask([statement, ...this.#ending()], 0)
    this.#committed = true
    return result
  }

  #ending(): Statement[] {
    return [...this.#confirmation(), COMMIT, ...(this.#tainted ? CLEANSE : [])]
  }

  #confirmation(): Statement[] {
    const { identity, distributed } = this.#settings
    return confirmIdentity(identity, distributed && this.#tainted)
  }

  async #begin(statement: Statement): Promise<StatementResult> {
    const { modes, identity, timeouts, distributed } = this.#settings
    if (this.#broken) throw this.#broken
    const assume = assumeIdentity(identity, timeouts, true, distributed)
    const result = await this.#ask([begin(modes), assume, statement], 2)
    return this.#checkAfter(result)
  }

  async #send(statement: Statement): Promise<StatementResult> {
    if (this.#broken) throw this.#broken
    if (this.#isEnded()) throw failed(ENDED, this.#firstError)
    return this.#checkAfter(await this.#ask([statement], 0))
  }

  async #ask(batch: Statement[], place: number): Promise<StatementResult> {
    try {
      const result = (await sendBatch(this.#client, batch))[place]
      if (!result) throw failed(ENDED)
      return result
    } catch (error) {
      // The server does not know of the error: the statement's changes remain.
      if (error instanceof UnreadableRow) throw error.cause
      this.#firstError ??= error
      // As in any transaction, an error ends it, even if the caller catches it.
      if (!this.#begun) this.#broken = failed(SWALLOWED, error)
      throw this.#explain(error, place + 1)
    }
  }

  /** Checks transaction and identity after a statement that may have changed them, before the next is sent. */
  async #checkAfter(result: StatementResult): Promise<StatementResult> {
    // COMMIT AND CHAIN begins another transaction, without identity.
    if (this.#isEnded() || result.command === 'COMMIT') {
      this.#broken = failed(ENDED)
      throw this.#broken
    }
    if (!UNCERTAIN.has(result.command)) return result
    await sendBatch(this.#client, this.#confirmation()).catch((error: unknown) => {
      this.#broken = this.#explain(error, 0)
      throw this.#broken
    })
    return result
  }

  #isEnded(): boolean {
    return transactionStatus(this.#client) === 'I'
  }

  /** @param confirmation position of the confirmation in the batch */
  #explain(error: unknown, confirmation: number): unknown {
    const code = sqlState(error)
    const place = (failedAt(error) ?? -1) - confirmation
    if (code === CONFIRMATION_FAILED && place >= 0 && place < this.#confirmation().length)
      return failed(CHANGED, error)
    if (code === '25P02') return failed(SWALLOWED, this.#firstError ?? error)
    return error
  }
}

/** Whether a query can only read and write tables. */
function isPlain(kind: QueryKind): boolean {
  return kind === 'read' || kind === 'write'
}

function begin(modes: string): Statement {
  return { sql: `begin ${modes}`, values: [], silent: true }
}

/** Command tags after which role or claims may have changed. ROLLBACK TO SAVEPOINT has the tag ROLLBACK too. */
const UNCERTAIN = new Set(['ROLLBACK', 'SET', 'RESET', 'DISCARD', 'DO', 'CALL'])

const COMMIT: Statement = { sql: 'commit', values: [], silent: true }
const ROLLBACK: Statement = { sql: 'rollback', values: [], silent: true }

const ENDED =
  'a statement ended the transaction, and with it the identity: leave begin, commit and rollback to the client'
const CHANGED = 'role or claims were changed inside the transaction: it was rolled back'
const SWALLOWED =
  'a statement failed and its error was caught, so PostgreSQL rolled the transaction back: let the error propagate, or' +
  ' try the statement inside withSavepoint'
