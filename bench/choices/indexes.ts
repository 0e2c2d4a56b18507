import type pg from 'pg'
import { inTransaction } from 'postgres-kit/transaction.ts'
import { milliseconds } from '../operations/timed.ts'
import { rankOf } from '../rank.ts'
import { type Figures, figuresOf } from '../statistics.ts'
import { inTurns } from '../turns.ts'

/** Times by index on search_vector. */
export interface IndexTimings {
  'insert 1,000 chunks': IndexTiming[]
  /** Searches by the large user, while the inserted rows are in the pending list. */
  'search right after': IndexTiming[]
  'search after vacuum': IndexTiming[]
}

export interface IndexTiming extends Figures {
  index: string
}

const ROUNDS = 15
const SEARCHES = 40

const COMPOSITE = 'gin (user_id, search_vector)'
const INDEXES: readonly { index: string; sql?: string }[] = [
  { index: 'none' },
  {
    index: 'gin (search_vector), 256 kB pending',
    sql: 'gin (search_vector) with (gin_pending_list_limit = 256)',
  },
  { index: `${COMPOSITE}, 64 kB pending`, sql: `${COMPOSITE} with (gin_pending_list_limit = 64)` },
  { index: `${COMPOSITE}, 128 kB pending`, sql: `${COMPOSITE} with (gin_pending_list_limit = 128)` },
  {
    index: `${COMPOSITE}, 256 kB pending (this package)`,
    sql: `${COMPOSITE} with (gin_pending_list_limit = 256)`,
  },
  { index: `${COMPOSITE}, 4 MB pending`, sql: `${COMPOSITE} with (gin_pending_list_limit = 4096)` },
  { index: `${COMPOSITE}, fastupdate off`, sql: `${COMPOSITE} with (fastupdate = off)` },
]

/**
 * Measures copies of document_chunks with one index each. The vectors of inserted rows are computed before, because they cost
 * the same for every index.
 *
 * @param user who searches
 * @param other user who inserts
 */
export async function measureIndexes(
  owner: pg.Client,
  user: string,
  other: string,
  words: readonly string[],
): Promise<IndexTimings> {
  const copies = INDEXES.map((each, place) => ({ ...each, table: `choice_${place}` }))
  for (const { table, sql } of copies) {
    await owner.query(
      `create table ${table} as select user_id, id, document_id, chunk_index, content, search_vector from public.document_chunks;
       alter table ${table} add primary key (user_id, id), add unique (user_id, document_id, chunk_index);
       ${sql ? `create index on ${table} using ${sql}` : 'select'}`,
    )
    await owner.query(`vacuum analyze ${table}`)
  }
  await owner.query(
    'create temporary table more as select content, search_vector from public.document_chunks limit 20000',
  )
  const search = ({ table }: { table: string }, round: number) =>
    milliseconds(() =>
      owner.query(
        `select id from private.search_terms($2) as terms, ${table} where user_id = $1 and search_vector @@ terms
         order by ${rankOf('search_vector', 'terms')} desc, id limit 10`,
        [user, words[round % words.length]],
      ),
    )
  const after = new Map<string, number[]>()
  const inserts = await inTurns(copies, ROUNDS, (copy, round) =>
    inTransaction(owner, async () => {
      const time = await milliseconds(() =>
        owner.query(
          `insert into ${copy.table} select $1, gen_random_uuid(), $1, row_number() over (), content, search_vector
           from more offset $2 limit 1000`,
          [other, (round * 1000) % 20_000],
        ),
      )
      after.set(copy.index, [...(after.get(copy.index) ?? []), await search(copy, round)])
      await owner.query(`delete from ${copy.table} where document_id = $1`, [other])
      return time
    }),
  )
  for (const { table } of copies) await owner.query(`vacuum ${table}`)
  const clean = await inTurns(copies, SEARCHES, search)
  for (const { table } of copies) await owner.query(`drop table ${table}`)
  const timings = (timesOf: (copy: (typeof copies)[number]) => readonly number[] | undefined) =>
    copies.map((copy) => ({ index: copy.index, ...figuresOf(timesOf(copy) ?? []) }))
  return {
    'insert 1,000 chunks': timings((copy) => inserts.get(copy)),
    'search right after': timings((copy) => after.get(copy.index)),
    'search after vacuum': timings((copy) => clean.get(copy)),
  }
}
