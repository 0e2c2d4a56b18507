import type { Worker } from 'edge-gateway/worker.ts'
import { failed } from 'postgres-kit/failure.ts'
import { signToken, startFunction } from '../functions/serving.ts'
import { collector, type Place, type Sample } from './measurement.ts'
import { milliseconds } from './timed.ts'

const RUNS = 90

export const HELLO_ANONYMOUS = 'hello over HTTP, without a token'

/** Times `hello` and `search` in Deno, one request at a time, on each database in turns. */
export async function measureHttp(places: readonly Place[]): Promise<Sample[]> {
  const { add, samples } = collector()
  const workers: Worker[] = []
  const start = async (name: string, { database }: Place) => {
    const worker = await startFunction(name, database)
    workers.push(worker)
    return worker
  }
  try {
    const served = []
    for (const place of places) {
      served.push({ ...place, hello: await start('hello', place), search: await start('search', place) })
    }
    // The first round warms the caches.
    for (let run = -1; run < RUNS; run++) {
      for (const { rows, subjects, hello, search } of served) {
        for (const { user, id, of } of subjects) {
          const authorization = `Bearer ${await signToken(id)}`
          const headers = { authorization, 'content-type': 'application/json' }
          const body = JSON.stringify({ query: of(run + 1).words })
          for (const [operation, request] of [
            [HELLO_ANONYMOUS, () => ask(hello, 'hello', {})],
            ['hello over HTTP, with a token', () => ask(hello, 'hello', { headers })],
            ['search over HTTP', () => ask(search, 'search', { method: 'POST', headers, body })],
          ] as const) {
            const time = await milliseconds(request)
            if (run >= 0) add({ operation, user, rows, side: 'ours' }, time)
          }
        }
      }
    }
    return samples()
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()))
  }
}

async function ask({ port }: Worker, name: string, request: RequestInit): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/${name}`, request)
  const text = await response.text()
  if (!response.ok) throw failed(`${name} answered ${response.status}: ${text}`)
}
