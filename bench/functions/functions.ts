import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import type { Worker } from 'edge-gateway/worker.ts'
import type pg from 'pg'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { prepareEmbeddedDatabase } from '../../db/prepare-embedded.ts'
import type { Target } from '../../db/target.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { fill } from '../client/fill.ts'
import { milliseconds } from '../operations/timed.ts'
import { quantile, rounded } from '../statistics.ts'
import { signToken, startFunction, verifyToken } from './serving.ts'

export interface FunctionsResults {
  /** `hello` with a token, 10,000 requests at concurrency 50, sent directly to the Deno process. */
  load: {
    requests: number
    concurrency: number
    errors: number
    p50: number
    p99: number
    requestsPerSecond: number
  }
  /** Connections still open 25 seconds after the load. */
  connectionsLeft: number
  /** One request at a time, milliseconds: with a token; without; and the verification of a token alone. */
  single: { withToken: number; withoutToken: number; verification: number; verificationShare: number }
  /** Milliseconds from starting Deno to the first response, median of 5. */
  coldStart: number
  /** Resident memory of the Deno process, MiB, by number of requests served, with a heap of at most 100 MiB. */
  memory: Record<string, number>
}

const LOAD = 10_000
const LONG_LOAD = 100_000

/** Figures of `hello` in real Deno. */
export async function benchFunctions(target: Target, log: (line: string) => void): Promise<FunctionsResults> {
  await prepareEmbeddedDatabase(target)
  return withThrowawayDatabase(target.owner, (ownerAddress) =>
    withOwnerClient(ownerAddress, async (owner) => {
      const user = await fill(owner, 50)
      const token = await signToken(user)
      const app = withDatabase(target.app, ownerAddress.database)
      const start = (more: Record<string, string> = {}) => startFunction('hello', app, more)
      log('cold start')
      const coldStart = await measureColdStart(start)
      const worker = await start()
      await fire(worker, token, 1_000, 10)
      log(`${LOAD} requests`)
      const load = await measureLoad(worker, token)
      await sleep(25_000)
      const connectionsLeft = await countConnections(owner)
      log('one at a time')
      const single = await measureSingle(worker, token)
      await worker.stop()
      // With a small heap, growth is a leak. With a large one, V8 would collect garbage late.
      const small = await start({ DENO_V8_FLAGS: '--max-old-space-size=100' })
      const memory = await measureMemory(small, token, log)
      await small.stop()
      return { load, connectionsLeft, single, coldStart, memory }
    }),
  )
}

async function measureColdStart(start: () => Promise<Worker>): Promise<number> {
  const sample: number[] = []
  for (let n = 0; n < 5; n++) {
    const begin = performance.now()
    const worker = await start()
    const response = await fetch(address(worker))
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`hello answered ${response.status}`)
    sample.push(performance.now() - begin)
    await worker.stop()
  }
  return rounded(quantile(sample, 0.5))
}

async function measureLoad(worker: Worker, token: string): Promise<FunctionsResults['load']> {
  const result = await fire(worker, token, LOAD, 50)
  return {
    requests: LOAD,
    concurrency: 50,
    errors: result.errors + result.timeouts + result.non2xx,
    p50: result.latency.p50,
    p99: result.latency.p99,
    requestsPerSecond: rounded(LOAD / result.duration),
  }
}

async function measureSingle(worker: Worker, token: string): Promise<FunctionsResults['single']> {
  const [withToken, withoutToken, verification]: number[][] = [[], [], []]
  for (let n = 0; n < 500; n++) {
    withToken?.push(
      await milliseconds(() =>
        fetch(address(worker), bearer(token)).then((response) => response.arrayBuffer()),
      ),
    )
    withoutToken?.push(
      await milliseconds(() => fetch(address(worker)).then((response) => response.arrayBuffer())),
    )
    verification?.push(await milliseconds(() => verifyToken(token)))
  }
  const median = (sample: number[] | undefined) => rounded(quantile(sample ?? [], 0.5))
  return {
    withToken: median(withToken),
    withoutToken: median(withoutToken),
    verification: median(verification),
    verificationShare: rounded(median(verification) / median(withToken)),
  }
}

async function measureMemory(
  worker: Worker,
  token: string,
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const memory: Record<string, number> = {}
  const step = LONG_LOAD / 5
  for (let served = 0; served <= LONG_LOAD; served += step) {
    if (served > 0) await fire(worker, token, step, 50)
    memory[served] = residentMiB(worker)
    log(`${served} requests: ${memory[served]} MiB`)
  }
  return memory
}

function residentMiB({ pid }: Worker): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kib) / 1024)
}

function fire(worker: Worker, token: string, amount: number, connections: number) {
  return autocannon({ url: address(worker), amount, connections, timeout: 30, ...bearer(token) })
}

function address(worker: Worker): string {
  return `http://127.0.0.1:${worker.port}/hello`
}

function bearer(token: string): { headers: { authorization: string } } {
  return { headers: { authorization: `Bearer ${token}` } }
}

async function countConnections(owner: pg.Client): Promise<number> {
  const { rowCount } = await owner.query(
    "select from pg_stat_activity where datname = current_database() and application_name = 'centrid-functions'",
  )
  return rowCount ?? 0
}
