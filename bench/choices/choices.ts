import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { populate } from '../operations/population.ts'
import { chooseWords } from '../plans/words.ts'
import { type IndexTimings, measureIndexes } from './indexes.ts'
import { measurePredecessors, type PredecessorTiming } from './predecessors.ts'
import { measureRanking, type RankingTiming } from './ranking.ts'
import { measureStorage, type StorageTiming } from './storage.ts'

/** Times in milliseconds of the chosen and the rejected designs of search. */
export interface ChoicesResults {
  rows: number
  indexes: IndexTimings
  ranking: RankingTiming[]
  predecessors: PredecessorTiming[]
  /** By work. */
  storage: Record<string, StorageTiming[]>
}

/** @param database a migrated throw-away database */
export async function benchChoices(
  database: ConnectionString,
  rows: number,
  filled: (done: number, of: number) => void,
  log: (line: string) => void,
): Promise<ChoicesResults> {
  return withOwnerClient(database, async (owner) => {
    const { middle, large } = await populate(owner, rows, (done) => filled(done, rows))
    await owner.query('vacuum analyze')
    const words = Object.values(await chooseWords(owner, middle, 1000))
    log('functions before')
    const predecessors = await measurePredecessors(owner, middle, words)
    log('ranking')
    const ranking = await measureRanking(owner, large)
    log('storage')
    const storage = await measureStorage(owner, large, words)
    log('indexes')
    // Only queries that an index can answer: those with a required word.
    const found = Object.entries(await chooseWords(owner, large, rows / 5)).filter(
      ([kind]) => !/without/.test(kind),
    )
    const indexes = await measureIndexes(
      owner,
      large,
      middle,
      found.map(([, word]) => word),
    )
    return { rows, indexes, ranking, predecessors, storage }
  })
}
