import fc from 'fast-check'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { type Bench, CONNECTIONS, commands, Difference } from './commands.ts'
import { agrees, connect } from './connections.ts'
import { replayScript } from './script.ts'
import { storesAsSql } from './store.ts'
import { firstStores } from './users.ts'
import { newWorld } from './world.ts'

export interface FuzzOptions {
  /** Superuser's connection to an empty migrated database. */
  owner: ConnectionString
  /** Login `authenticator` of the same database, or the owner's login. */
  app: ConnectionString
  seed: number
  /** Minimum number of compared statements. */
  statements: number
  /** Called at intervals with the number of statements. */
  progress?: (statements: number) => void
  signal?: AbortSignal
}

export interface FuzzResult {
  statements: number
  runs: number
  /** The first difference: the shortest script that shows it, and its seed. */
  difference?: { script: string; seed: number }
}

const SETUP = { connection: CONNECTIONS, values: [], expected: undefined }

/** Number of command sequences per seed of fast-check. */
const BATCH = 10

/**
 * Runs random statements of random users against the database and against a model of what each user may see and change.
 * Stops at the first difference and shrinks it.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const connections = await connect(options.owner, options.app, CONNECTIONS)
  const bench: Bench = { connections, exchanges: [], compared: 0 }
  const first = storesAsSql(firstStores())
  let runs = 0
  let found: Difference | undefined
  const property = fc.asyncProperty(commands, async (sequence) => {
    runs++
    if (options.signal?.aborted) return
    const got = await connections.reset(first)
    bench.exchanges = 'error' in got ? [{ ...SETUP, text: first, got }] : []
    const setup = () => ({ model: newWorld(CONNECTIONS), real: bench })
    try {
      if ('error' in got) throw new Difference(bench.exchanges)
      await fc.asyncModelRun(setup, sequence)
    } catch (error) {
      // fast-check continues only from failures, so the last difference is the shortest.
      if (error instanceof Difference) found = error
      throw error
    }
    options.progress?.(bench.compared)
  })
  try {
    for (let seed = options.seed; bench.compared < options.statements; seed++) {
      if (options.signal?.aborted) break
      const details = await fc.check(property, { seed, numRuns: BATCH })
      if (!details.failed) continue
      if (!found) throw details.errorInstance
      const script = replayScript(found.exchanges, seed, ({ expected, got }) => !agrees(expected, got))
      return { statements: bench.compared, runs, difference: { script, seed } }
    }
    return { statements: bench.compared, runs }
  } finally {
    await connections.close()
  }
}
