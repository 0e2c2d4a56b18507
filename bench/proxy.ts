import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A way to a server that can be measured, slowed down and cut. */
export interface TcpProxy {
  port: number
  /** How often the client spoke after the server had, since `reset()`. */
  roundTrips(): number
  reset(): void
  /** Cuts every connection; later ones are refused until `restore()`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

/**
 * Listens on a free port of loopback and passes everything on.
 *
 * @param latencyMs added to each way there, so that a round trip takes that much longer
 */
export async function startProxy(to: { host: string; port: number }, latencyMs = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let trips = 0
  let isCut = false
  const server = createServer((client) => {
    if (isCut) return client.destroy()
    const upstream = connect(to.port, to.host)
    let clientMaySpeak = true
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true))
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (clientMaySpeak) trips++
      clientMaySpeak = false
      if (latencyMs === 0) upstream.write(bytes)
      else void sleep(latencyMs).then(() => upstream.write(bytes))
    })
    upstream.on('data', (bytes) => {
      clientMaySpeak = true
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    roundTrips: () => trips,
    reset: () => {
      trips = 0
    },
    cut: () => {
      isCut = true
      destroyAll()
    },
    restore: () => {
      isCut = false
    },
    close: () => {
      destroyAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
