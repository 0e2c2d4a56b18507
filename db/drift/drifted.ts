import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { Failure } from 'postgres-kit/failure.ts'
import { findEmbeddedScratch } from '../scratch.ts'
import { maintenance } from '../target.ts'
import { findDriftInWords } from './drift.ts'

/** Drift as `make status` reports it. */
export interface Drifted {
  /** Each difference in words; null if it could not be compared. */
  drifted: string[] | null
  /** The reason if it could not be compared. */
  notCompared: string | null
}

/**
 * Compares a database with the result of its migrations, unless ledger and files disagree or no server for the other
 * database can be started.
 */
export async function readDrifted(
  target: ConnectionString,
  platform: string | undefined,
  log: (line: string) => void,
): Promise<Drifted> {
  try {
    const server = maintenance(await findEmbeddedScratch(log))
    return { drifted: await findDriftInWords(target, server, platform), notCompared: null }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { drifted: null, notCompared: error.message }
  }
}
