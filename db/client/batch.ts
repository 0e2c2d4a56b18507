import type { EventEmitter } from 'node:events'
import type { ClientBase, QueryResultRow, TransactionStatus } from 'pg'
import pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'
import { messageOf } from '../failure.ts'
import { DatabaseUnavailable } from './errors.ts'

/** One statement in SQL, with the values bound to $1, $2, … */
export interface Statement {
  sql: string
  values: readonly unknown[]
  /** Nobody reads its rows: the server need not describe them. */
  silent?: true
}

/** What a statement answered. */
export interface StatementResult {
  /** First word of the command tag: SELECT, INSERT, COMMIT, … */
  command: string
  rowCount: number | null
  rows: QueryResultRow[]
}

/**
 * Sends statements in one round trip. They share one Sync message, so that the server skips every statement behind
 * one that fails, and runs them as one transaction where none is open:
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 *
 * Settles when the server is ready again, on success and on failure: the client's transaction status is then true.
 */
export function sendBatch(client: ClientBase, statements: readonly Statement[]): Promise<StatementResult[]> {
  return new Promise((resolve, reject) => {
    // Before anything is sent: a value that cannot be sent must not leave half a batch at the server.
    const prepared = statements.map((statement) => ({
      ...statement,
      values: statement.values.map((value) => prepareValue(value)),
    }))
    client.query(new Batch(client, prepared, resolve, reject))
  })
}

/** Whether the client is in a transaction, by the server's last word. */
export function transactionStatus(client: ClientBase): TransactionStatus {
  return client.getTransactionStatus()
}

/** The part of pg's Connection that a batch speaks to; each call writes one protocol message. */
interface Wire extends EventEmitter {
  stream: { write(bytes: Uint8Array): void }
  parse(message: { text: string }): void
  bind(message: { values: readonly unknown[] }): void
  describe(message: { type: 'P' }): void
  execute(message: object): void
  sync(): void
  sendCopyFail(reason: string): void
}

/** pg's collector of rows, which pg exports and does not describe in its types. */
interface Collector extends StatementResult {
  addFields(fields: unknown): void
  parseRow(values: unknown): QueryResultRow
  addRow(row: QueryResultRow): void
  addCommandComplete(message: unknown): void
}

const ResultCollector = pg.Result as unknown as new (
  rowMode: string | undefined,
  types: ClientBase,
) => Collector

/** pg lets any object with these handlers be sent; in pipeline mode it must descend from its own Query. */
class Batch extends pg.Query {
  readonly #client: ClientBase
  readonly #statements: readonly Statement[]
  readonly #results: Collector[] = []
  readonly #resolve: (results: StatementResult[]) => void
  readonly #reject: (error: unknown) => void
  #current: Collector
  /** An error in reading a row; the server does not know of it. */
  #unreadable: { error: unknown } | undefined

  constructor(
    client: ClientBase,
    statements: readonly Statement[],
    resolve: (results: StatementResult[]) => void,
    reject: (error: unknown) => void,
  ) {
    super({ text: '' })
    this.#client = client
    this.#statements = statements
    this.#resolve = resolve
    this.#reject = reject
    this.#current = this.#collector()
    this.submit = (connection) => this.#submit(connection as unknown as Wire)
  }

  #collector(): Collector {
    return new ResultCollector(undefined, this.#client)
  }

  #submit(wire: Wire): void {
    // One write for all messages: each of its own would be a system call, and a packet.
    const messages: Uint8Array[] = []
    const collect = { writable: true, write: (message: Uint8Array) => messages.push(message) }
    const writer: Wire = Object.create(wire, { stream: { value: collect } })
    for (const { sql, values, silent } of this.#statements) {
      // Unnamed statement and portal: nothing stays at the server, as a transaction-mode pooler requires.
      writer.parse({ text: sql })
      writer.bind({ values })
      if (!silent) writer.describe({ type: 'P' })
      writer.execute({})
    }
    writer.sync()
    wire.stream.write(Buffer.concat(messages))
  }

  handleRowDescription(message: { fields: unknown }): void {
    this.#current.addFields(message.fields)
  }

  handleDataRow(message: { fields: unknown }): void {
    if (this.#unreadable || this.#statements[this.#results.length]?.silent) return
    try {
      this.#current.addRow(this.#current.parseRow(message.fields))
    } catch (error) {
      this.#unreadable = { error }
    }
  }

  handleCommandComplete(message: unknown): void {
    this.#current.addCommandComplete(message)
    this.#next()
  }

  handleEmptyQuery(): void {
    this.#next()
  }

  #next(): void {
    this.#results.push(this.#current)
    this.#current = this.#collector()
  }

  handleReadyForQuery(): void {
    if (this.#unreadable) this.#reject(this.#unreadable.error)
    else this.#resolve(this.#results)
  }

  handleError(error: unknown, wire: Wire): void {
    if (!(error instanceof pg.DatabaseError)) {
      this.#reject(new DatabaseUnavailable(`the connection was lost: ${messageOf(error)}`, error))
      return
    }
    // The server answers "ready" after its error, or closes the connection; only then is the status known.
    const settle = () => {
      wire.off('readyForQuery', settle)
      wire.off('end', settle)
      this.#reject(error)
    }
    wire.on('readyForQuery', settle)
    wire.on('end', settle)
  }

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('COPY is not supported here')
  }

  handleCopyData(): void {}
}
