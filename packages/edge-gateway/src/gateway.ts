import { watch } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { codeOf, environmentError, messageOf } from 'postgres-kit/failure.ts'
import { type FunctionsFolder, isFunction, startWorker, type Worker } from './worker.ts'

export interface GatewayOptions {
  functions: FunctionsFolder
  /** Folders whose files the functions import: a change there restarts all of them. */
  sources: readonly string[]
  /** 0: any free port. */
  port: number
  /** Name of the setting that contains `port`, for the message if it is in use. */
  portSetting: string
  /** Environment of the functions. */
  environment: Readonly<Record<string, string>>
  /** Called with a line per request, and with each line that a function prints. */
  log: (line: string) => void
}

export interface Gateway {
  port: number
  close(): Promise<void>
}

const PREFIX = '/functions/v1/'

/**
 * Serves a folder of functions on loopback as the platform does: `/functions/v1/<name>` reaches the function as `/<name>`.
 * A function starts at its first request, and restarts at the first request after a file has changed.
 */
export async function startGateway({
  functions,
  sources,
  port,
  portSetting,
  environment,
  log,
}: GatewayOptions): Promise<Gateway> {
  const workers = new Map<string, Promise<Worker>>()
  const all = new Set<Worker>()

  async function start(name: string): Promise<Worker> {
    const worker = await startWorker(functions, name, environment, (line) => log(`${name}: ${line}`))
    all.add(worker)
    return worker
  }

  /** A running worker, marked busy immediately so that it is not retired before it gets the request. */
  async function borrow(name: string): Promise<Worker> {
    while (true) {
      const known = workers.get(name) ?? start(name)
      workers.set(name, known)
      const worker = await known.catch((error: unknown) => {
        if (workers.get(name) === known) workers.delete(name)
        throw error
      })
      if (workers.get(name) !== known) continue
      if (worker.alive()) {
        worker.busy++
        return worker
      }
      workers.delete(name)
    }
  }

  async function retire(worker: Worker): Promise<void> {
    if (worker.busy > 0) return
    all.delete(worker)
    await worker.stop()
  }

  /** @param changed path of the change; a change in one function's folder (not `_shared`) restarts only that function */
  function reload(changed: string | null): void {
    const owner = /^[a-z][^/]*/i.exec(changed ?? '')?.[0]
    for (const [name, worker] of workers) {
      if (owner !== undefined && owner !== name) continue
      workers.delete(name)
      worker.then(retire).catch(() => {})
    }
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = incoming.url ?? '/'
    const name = url.startsWith(PREFIX) ? (url.slice(PREFIX.length).split(/[/?]/)[0] ?? '') : ''
    if (!isFunction(functions, name)) return refuse(outgoing, 404, 'not_found', 'No such function')
    const worker = await borrow(name)
    try {
      await pass(incoming, outgoing, worker.port, url.slice(PREFIX.length - 1))
    } finally {
      worker.busy--
      if (worker.busy === 0 && !(await isCurrent(name, worker))) await retire(worker)
    }
  }

  async function isCurrent(name: string, worker: Worker): Promise<boolean> {
    return (await workers.get(name)?.catch(() => undefined)) === worker
  }

  const server = createServer((incoming, outgoing) => {
    const start = performance.now()
    outgoing.once('close', () => {
      const status = outgoing.writableFinished ? outgoing.statusCode : 'gone'
      const id = outgoing.getHeader('x-request-id') ?? '-'
      log(`${status} ${incoming.method} ${incoming.url} ${Math.round(performance.now() - start)} ms ${id}`)
    })
    handle(incoming, outgoing).catch((error: unknown) => {
      if (codeOf(error) !== 'ECONNRESET') log(messageOf(error))
      refuse(outgoing, 502, 'function_failed', "The function did not answer; the gateway's log says why")
    })
  })
  await listen(server, port, portSetting)
  const watchers = [
    watch(functions.folder, { recursive: true }, (_, changed) => reload(changed)),
    ...sources.map((source) => watch(source, { recursive: true }, () => reload(null))),
  ]
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      for (const watcher of watchers) watcher.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await Promise.allSettled(workers.values())
      await Promise.all([...all].map((worker) => worker.stop()))
    },
  }
}

/** Forwards a request and its response as streams. When one side closes, so does the other. */
function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  port: number,
  path: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const upstream = request(
      { host: '127.0.0.1', port, path, method: incoming.method, headers: incoming.headers, setHost: false },
      (answer) => {
        outgoing.statusCode = answer.statusCode ?? 502
        for (const [name, value] of Object.entries(answer.headers)) {
          if (value !== undefined) outgoing.setHeader(name, value)
        }
        answer.pipe(outgoing)
        answer.once('close', () => {
          if (!answer.complete) outgoing.destroy()
        })
      },
    )
    upstream.once('error', reject)
    outgoing.once('close', () => {
      upstream.destroy()
      resolve()
    })
    incoming.pipe(upstream)
  })
}

function refuse(outgoing: ServerResponse, status: number, code: string, message: string): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  outgoing.writeHead(status, { 'Content-Type': 'application/json' })
  outgoing.end(JSON.stringify({ error: { code, message } }))
}

async function listen(
  server: ReturnType<typeof createServer>,
  port: number,
  portSetting: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const taken = codeOf(error) === 'EADDRINUSE'
      reject(
        taken
          ? environmentError(`port ${port} is taken: stop what listens there, or set ${portSetting}`)
          : error,
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
