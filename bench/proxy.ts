import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A TCP proxy that counts round trips, adds latency and can cut connections. */
export interface TcpProxy {
  port: number
  /** Number of round trips since `reset()`: how often the client sent after the server. */
  roundTrips(): number
  reset(): void
  /** Cuts every connection; later ones are refused until `restore()`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

/**
 * Listens on a free port of loopback and forwards all data.
 *
 * @param latencyMs added to data from the client, so that each round trip takes that much longer
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
