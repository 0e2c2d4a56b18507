import type { EventEmitter } from 'node:events'
import pg from 'pg'
import { connectionOptions } from '../../packages/postgres/src/connection-options.ts'
import type { ConnectionString } from '../../packages/postgres/src/connection-string.ts'

const TIMEOUT_MS = 5_000

/**
 * Asks the server to cancel what a connection is doing, over a second connection, as the protocol has it:
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 * (`pg_cancel_backend` would need a process id that a pooler does not tell.)
 *
 * The request may arrive late, so the connection must not be used again. Never throws: whoever cancels has no use
 * for a second error.
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
    // The server closes the connection when it has passed the request on.
    wire.on('end', () => {
      clearTimeout(timer)
      resolve()
    })
    if (client.host.startsWith('/')) wire.connect(`${client.host}/.s.PGSQL.${client.port}`)
    else wire.connect(client.port, client.host)
  })
}

/** What the server told at the start of a connection; pg keeps it and does not describe it in its types. */
interface BackendKey {
  processID: number | null
  secretKey: number | null
}

/** The part of pg's Connection that cancelling needs; its types leave it out. */
interface CancelWire extends EventEmitter {
  stream: { destroy(): void }
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}
