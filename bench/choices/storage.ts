import type pg from 'pg'
import { inTransaction } from 'postgres-kit/transaction.ts'
import { milliseconds } from '../operations/timed.ts'
import { rankOf } from '../rank.ts'
import { type Figures, figuresOf, rounded } from '../statistics.ts'
import { inTurns } from '../turns.ts'

/** One way to store documents. */
export interface StorageTiming extends Figures {
  storage: string
  /** Of the table with its indexes and texts. */
  megabytes: number
}

const ROUNDS = 60

/** $1: the user, $2: the query, or a document. */
const WORK = {
  'find 20 documents and read their texts': (table: string) =>
    `select sum(length(content_text)) from (
         select content_text from private.search_terms($2) as terms, ${table}
         where user_id = $1 and search_vector @@ terms
         order by ${rankOf('search_vector', 'terms')} desc, id limit 20
     ) as found`,
  "change a document's status": (table: string) =>
    `update ${table} set processing_status = 'completed' where user_id = $1 and id = $2::uuid`,
  'insert a document': (table: string) =>
    `insert into ${table} (user_id, filename, file_type, file_size, content_text, search_vector)
     select user_id, filename, file_type, file_size, content_text, search_vector
     from public.documents where user_id = $1 and id = $2::uuid`,
} as const

/** `with` is the table's options, `prepare` is run on the empty table. */
const STORAGES: readonly { storage: string; options?: string; prepare?: (table: string) => string }[] = [
  { storage: 'this package: pglz, fillfactor 100, one table' },
  {
    storage: 'lz4',
    prepare: (table) =>
      `alter table ${table} alter content_text set compression lz4, alter search_vector set compression lz4`,
  },
  { storage: 'fillfactor 80', options: 'with (fillfactor = 80)' },
  {
    storage: '16 partitions by user_id',
    options: 'partition by hash (user_id)',
    prepare: (table) =>
      Array.from(
        { length: 16 },
        (_, n) =>
          `create table ${table}_${n} partition of ${table} for values with (modulus 16, remainder ${n})`,
      ).join(';'),
  },
]

/** Copies of documents, stored in other ways. Their vectors are copied: they cost the same everywhere. */
export async function measureStorage(
  owner: pg.Client,
  user: string,
  words: readonly string[],
): Promise<Record<string, StorageTiming[]>> {
  const { rows: compressions } = await owner.query<{ known: boolean }>(
    "select 'lz4' = any (enumvals) as known from pg_settings where name = 'default_toast_compression'",
  )
  const storages = STORAGES.filter(({ storage }) => storage !== 'lz4' || compressions[0]?.known).map(
    (each, place) => ({ ...each, table: `stored_${place}`, megabytes: 0 }),
  )
  for (const each of storages) {
    const { table, options = '', prepare } = each
    await owner.query(
      `create table ${table} (like public.documents including defaults including indexes including storage) ${options}`,
    )
    if (prepare) await owner.query(prepare(table))
    // A value that is copied as it is stays compressed as it was: a text joined to nothing is a new one.
    await owner.query(
      `insert into ${table} (user_id, id, filename, file_type, file_size, processing_status, content_text, search_vector, created_at, updated_at)
       select user_id, id, filename, file_type, file_size, processing_status, content_text || '', search_vector || '', created_at, updated_at
       from public.documents`,
    )
    await owner.query(`vacuum analyze ${table}`)
    const { rows } = await owner.query<{ bytes: string }>(
      `select coalesce(sum(pg_total_relation_size(relid)), pg_total_relation_size('${table}')) as bytes
       from pg_partition_tree('${table}')`,
    )
    each.megabytes = rounded(Number(rows[0]?.bytes) / 2 ** 20)
  }
  const { rows: documents } = await owner.query<{ id: string }>(
    'select id from public.documents where user_id = $1 order by id limit $2',
    [user, ROUNDS + 1],
  )
  const timings: Record<string, StorageTiming[]> = {}
  for (const [work, sql] of Object.entries(WORK)) {
    const subjects = work.startsWith('find') ? words : documents.map(({ id }) => id)
    const times = await inTurns(storages, ROUNDS, ({ table }, round) =>
      inTransaction(owner, () =>
        milliseconds(() => owner.query(sql(table), [user, subjects[round % subjects.length]])),
      ),
    )
    timings[work] = storages.map((each) => ({
      storage: each.storage,
      megabytes: each.megabytes,
      ...figuresOf(times.get(each) ?? []),
    }))
  }
  for (const { table } of storages) await owner.query(`drop table ${table}`)
  return timings
}
