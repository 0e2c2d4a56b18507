import type { EventEmitter } from 'node:events'
import type { Client, QueryResultRow, TransactionStatus } from 'pg'
import pg from 'pg'
import { messageOf, usageError } from '../../packages/postgres/src/failure.ts'
import { DatabaseUnavailable } from './errors.ts'

/** One statement in SQL, with the values bound to $1, $2, … */
export interface Statement {
  sql: string
  values: readonly unknown[]
  /** Its rows are not read, so the server need not describe them. */
  silent?: true
}

/** The result of a statement. */
export interface StatementResult {
  /** First word of the command tag: SELECT, INSERT, COMMIT, … */
  command: string
  rowCount: number | null
  rows: QueryResultRow[]
}

/**
 * Sends statements in one round trip. They share one Sync message, so the server skips every statement after one that
 * fails, and runs them as one transaction if none is open:
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 *
 * Settles when the server is ready again, on success and on failure; the client's transaction status is then correct.
 */
export function sendBatch(client: Client, statements: readonly Statement[]): Promise<StatementResult[]> {
  return new Promise((resolve, reject) => {
    // Serialized before anything is sent: an invalid value must not leave half a batch at the server.
    const wire = client.connection as unknown as Wire
    const messages = statements.flatMap((statement) => serialize(wire, statement))
    client.query(new Batch(client, statements, Buffer.concat([...messages, SYNC]), resolve, reject))
  })
}

/** Thrown when the server has run a statement and a row of its result cannot be read. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow'
}

const failures = new WeakMap<object, number>()

/** The position, from 0, of the statement that failed; the number of statements if the error came after the last one. */
export function failedAt(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? failures.get(error) : undefined
}

/** Whether the client is in a transaction, as the server last reported. */
export function transactionStatus(client: Client): TransactionStatus {
  return client.getTransactionStatus()
}

/** The part of pg's Connection that a batch uses. */
interface Wire extends EventEmitter {
  stream: { write(bytes: Uint8Array): void }
  sync(): void
  sendCopyFail(reason: string): void
}

/** A statement as protocol messages, created by pg. It is unnamed, so the server keeps nothing. */
function serialize(wire: Wire, { sql, values, silent }: Statement): Uint8Array[] {
  const messages: Uint8Array[] = []
  const collect = { writable: true, write: (message: Uint8Array) => messages.push(message) }
  const skip = { value: () => {} }
  const writer: Wire = Object.create(wire, {
    stream: { value: collect },
    sync: skip,
    ...(silent && { describe: skip }),
  })
  let failure: Error | undefined
  const query = new pg.Query({ text: sql, values: [...values] }, (error) => {
    failure = error
  })
  ;(query as unknown as { prepare(wire: Wire): void }).prepare(writer)
  if (failure) throw failure
  return messages
}

const COPY_REFUSED = 'COPY from the client is not supported: insert rows, many at once with insertChunks'
const SYNC = Buffer.from([0x53, 0, 0, 0, 4])

/** pg's collector of rows. pg exports it; its types omit it. */
interface Collector extends StatementResult {
  addFields(fields: unknown): void
  parseRow(values: unknown): QueryResultRow
  addRow(row: QueryResultRow): void
  addCommandComplete(message: unknown): void
}

const ResultCollector = pg.Result as unknown as new (rowMode: string | undefined, types: Client) => Collector

/** pg accepts any object with these handlers; in pipeline mode it must be a subclass of its Query. */
class Batch extends pg.Query {
  readonly #client: Client
  readonly #statements: readonly Statement[]
  readonly #results: Collector[] = []
  readonly #resolve: (results: StatementResult[]) => void
  readonly #reject: (error: unknown) => void
  #current: Collector
  #copyRefused = false
  /** An error in reading a row, which the server does not know about. */
  #unreadable: { error: unknown } | undefined

  constructor(
    client: Client,
    statements: readonly Statement[],
    messages: Uint8Array,
    resolve: (results: StatementResult[]) => void,
    reject: (error: unknown) => void,
  ) {
    super({ text: '' })
    this.#client = client
    this.#statements = statements
    this.#resolve = resolve
    this.#reject = reject
    this.#current = this.#collector()
    // One write for all messages: separate writes would be separate system calls and packets.
    this.submit = (connection) => void connection.stream.write(messages)
  }

  #collector(): Collector {
    return new ResultCollector(undefined, this.#client)
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
    if (this.#unreadable)
      this.#reject(new UnreadableRow('a row cannot be read', { cause: this.#unreadable.error }))
    else this.#resolve(this.#results)
  }

  handleError(error: unknown, wire: Wire): void {
    if (!(error instanceof pg.DatabaseError)) {
      this.#reject(new DatabaseUnavailable(`the connection was lost: ${messageOf(error)}`, error))
      return
    }
    failures.set(error, this.#results.length)
    // The server answers "ready" after its error, or closes the connection; only then is the status known.
    const settle = () => {
      wire.off('readyForQuery', settle)
      wire.off('end', settle)
      this.#reject(this.#copyRefused ? usageError(COPY_REFUSED, error) : error)
    }
    wire.on('readyForQuery', settle)
    wire.on('end', settle)
  }

  handleCopyInResponse(wire: Wire): void {
    this.#copyRefused = true
    wire.sendCopyFail(COPY_REFUSED)
    // The server ignores a Sync that arrives during a copy, so it needs another one. If a statement follows the COPY, its
    // messages ended the copy, and the batch's own Sync counts.
    if (this.#results.length === this.#statements.length - 1) wire.stream.write(SYNC)
  }

  handleCopyData(): void {}
}
