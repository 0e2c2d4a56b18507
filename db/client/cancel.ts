import type { EventEmitter } from 'node:events'
import pg from 'pg'
import { connectionOptions } from '../../packages/postgres/src/connection-options.ts'
import type { ConnectionString } from '../../packages/postgres/src/connection-string.ts'

const TIMEOUT_MS = 5_000

/**
 * Asks the server to cancel a connection's running statement, over a second connection, as the protocol defines:
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 * (`pg_cancel_backend` needs the server's process id, which a pooler hides.)
 *
 * The request may arrive late, so the connection must not be used again. Never throws: the caller has an error already.
 */
export function cancelStatement(client: pg.Client, connection: ConnectionString): Promise<void> {
  const { processID, secretKey } = client as unknown as BackendKey
  if (processID === null || secretKey === null) return Promise.resolve()
  const { ssl } = connectionOptions(connection)
  const wire = new pg.Connection({ ssl }) as unknown as CancelWire
  return new Promise((resolve) => {
    const timer = setTimeout(() => wire.stream.destroy(), TIMEOUT_MS)
    const ask = () => wire.cancel(processID, secretKey)
    wire.on('connect', () => (ssl ? wire.requestSsl() : ask()))
    wire.on('sslconnect', ask)
    wire.on('error', () => wire.stream.destroy())
    // The server closes the connection after it has forwarded the request.
    wire.on('end', () => {
      clearTimeout(timer)
      resolve()
    })
    if (client.host.startsWith('/')) wire.connect(`${client.host}/.s.PGSQL.${client.port}`)
    else wire.connect(client.port, client.host)
  })
}

/** The BackendKeyData that the server sends at the start of a connection. pg keeps it; its types omit it. */
interface BackendKey {
  processID: number | null
  secretKey: number | null
}

/** The part of pg's Connection that cancelling needs; its types omit it. */
interface CancelWire extends EventEmitter {
  stream: { destroy(): void }
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}
