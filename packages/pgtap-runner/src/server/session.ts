import pg from 'pg'
import { serialize } from 'pg-protocol'
import { type ServerError, toServerError } from './server-error.ts'

declare module 'pg' {
  interface Connection {
    connect(portOrSocket: number | string, host?: string): void
    requestSsl(): void
    cancel(processId: number, secretKey: number): void
    sendCopyFromChunk(chunk: Buffer): void
    endCopyFrom(): void
    sendCopyFail(message: string): void
  }
}

/** The transaction status that the server reports: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E'

/** Receives the answers to the statements of one message, in order. */
export type ResultSink = {
  /** Called when the server begins to answer this message. */
  start?(): void
  fields?(names: readonly string[]): void
  row?(values: readonly (string | null)[]): void
  complete?(tag: string): void
  copyOut?(chunk: Buffer): void
  /** Supplies the rows of `COPY … FROM STDIN`. */
  copyIn?(): Iterable<string>
}

export type Outcome = { readonly error?: ServerError; readonly status: TransactionStatus }

/** The connection was lost: by a crash, a kill or a network failure. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  /** The last error that the server sent before it closed the connection, if any. */
  readonly lastWords: ServerError | undefined
  constructor(message: string, lastWords: ServerError | undefined) {
    super(message)
    this.lastWords = lastWords
  }
}

export type Session = {
  readonly processId: number
  readonly database: string
  readonly user: string
  readonly host: string
  readonly port: number
  readonly status: TransactionStatus
  readonly standardStrings: boolean
  readonly lost: ConnectionLost | undefined
  /** Set by the code that runs a file; called with each NOTICE and warning. */
  onNotice: ((notice: ServerError) => void) | undefined
  parameter(name: string): string | undefined
  /**
   * Sends one simple-protocol message. May be called again before the answer: messages are answered in order.
   * @throws ConnectionLost
   */
  query(sql: string, sink?: ResultSink): Promise<Outcome>
  /** Cancels the running statement, over a separate connection. */
  cancel(): Promise<void>
  close(): Promise<void>
  /** Closes the connection without a Terminate message. */
  destroy(): void
}

type Waiting = {
  readonly sink: ResultSink
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: ConnectionLost) => void
  error: ServerError | undefined
}

const taken = [
  'errorMessage',
  'readyForQuery',
  'rowDescription',
  'dataRow',
  'emptyQuery',
  'commandComplete',
  'copyInResponse',
  'copyData',
  'notice',
]

/**
 * Connects, then uses the simple query protocol directly. `pg` does transport, TLS and authentication; its query
 * queue is not used, because it converts rows to JavaScript values and waits for each answer before the next message.
 */
export async function connect(config: pg.ClientConfig): Promise<Session> {
  const client = new pg.Client(config)
  const wire = client.connection
  const parameters = new Map<string, string>()
  const waiting: Waiting[] = []
  let status: TransactionStatus = 'I'
  let lost: ConnectionLost | undefined
  let lastWords: ServerError | undefined
  let key = { processID: 0, secretKey: 0 }
  let ended: () => void = () => {}
  const gone = new Promise<void>((resolve) => {
    ended = resolve
  })

  const hangUp = (message: string) => {
    lost ??= new ConnectionLost(message, lastWords)
    for (const query of waiting.splice(0)) query.reject(lost)
    ended()
  }
  wire.on('parameterStatus', (message: { parameterName: string; parameterValue: string }) =>
    parameters.set(message.parameterName, message.parameterValue),
  )
  wire.on('backendKeyData', (message: { processID: number; secretKey: number }) => {
    key = message
  })
  client.on('error', (error) => hangUp(error.message))
  client.on('end', () => hangUp('the server closed the connection'))
  await client.connect()

  for (const name of taken) wire.removeAllListeners(name)
  wire.on('rowDescription', (message: { fields: { name: string }[] }) =>
    waiting[0]?.sink.fields?.(message.fields.map((field) => field.name)),
  )
  wire.on('dataRow', (message: { fields: (string | null)[] }) => waiting[0]?.sink.row?.(message.fields))
  wire.on('commandComplete', (message: { text: string }) => waiting[0]?.sink.complete?.(message.text))
  wire.on('copyData', (message: { chunk: Buffer }) => waiting[0]?.sink.copyOut?.(message.chunk))
  wire.on('copyInResponse', () => {
    const lines = waiting[0]?.sink.copyIn?.()
    if (!lines) return wire.sendCopyFail('no data given')
    let chunk = ''
    for (const line of lines) {
      chunk += line
      if (chunk.length < 65_536) continue
      wire.sendCopyFromChunk(Buffer.from(chunk))
      chunk = ''
    }
    if (chunk) wire.sendCopyFromChunk(Buffer.from(chunk))
    wire.endCopyFrom()
  })
  wire.on('errorMessage', (message: object) => {
    const error = toServerError(message)
    if (error.severity === 'FATAL' || error.severity === 'PANIC') lastWords = error
    const current = waiting[0]
    if (current) current.error ??= error
  })
  wire.on('notice', (message: object) => {
    const notice = toServerError(message)
    // 57P02: the server ends this session because another backend crashed.
    if (notice.code === '57P02') lastWords = notice
    session.onNotice?.(notice)
  })
  wire.on('readyForQuery', (message: { status: TransactionStatus }) => {
    status = message.status
    const done = waiting.shift()
    waiting[0]?.sink.start?.()
    done?.resolve(done.error ? { error: done.error, status } : { status })
  })

  let unsent: Buffer[] = []
  /** Sends the messages of one turn of the event loop in one packet. */
  const flush = () => {
    const message = Buffer.concat(unsent)
    unsent = []
    if (wire.stream.writable) wire.stream.write(message)
  }

  const session: Session = {
    database: client.database ?? '',
    user: client.user ?? '',
    host: client.host,
    port: client.port,
    get processId() {
      return key.processID
    },
    get status() {
      return status
    },
    get standardStrings() {
      return parameters.get('standard_conforming_strings') !== 'off'
    },
    get lost() {
      return lost
    },
    onNotice: undefined,
    parameter: (name) => parameters.get(name),
    query(sql, sink = {}) {
      if (lost) return Promise.reject(lost)
      return new Promise((resolve, reject) => {
        if (waiting.push({ sink, resolve, reject, error: undefined }) === 1) sink.start?.()
        if (unsent.length === 0) process.nextTick(flush)
        unsent.push(serialize.query(sql))
      })
    },
    cancel: () => (lost ? Promise.resolve() : sendCancel(client, key)),
    async close() {
      if (lost) return
      lost = new ConnectionLost('the session is closed', undefined)
      client.end().catch(() => {})
      await gone
    },
    destroy() {
      hangUp('the session was discarded')
      wire.stream.destroy()
    },
  }
  return session
}

/** Sends the protocol's cancel message: a second, short connection with this session's key. */
function sendCancel(client: pg.Client, key: { processID: number; secretKey: number }): Promise<void> {
  return new Promise((resolve) => {
    const wire = new pg.Connection({ ssl: client.ssl })
    const send = () => wire.cancel(key.processID, key.secretKey)
    wire.on('connect', () => (client.ssl ? wire.requestSsl() : send()))
    wire.on('sslconnect', send)
    wire.on('error', () => resolve())
    wire.on('end', () => resolve())
    if (client.host.startsWith('/')) wire.connect(`${client.host}/.s.PGSQL.${client.port}`)
    else wire.connect(client.port, client.host)
  })
}
