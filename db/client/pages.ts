import type { UserDB } from '@centrid/db-types'
import { type Selectable, sql } from 'kysely'
import { usageError } from '../../packages/postgres/src/failure.ts'
import { wholeNumber } from '../../packages/postgres/src/whole-number.ts'
import type { UserDb } from './handles.ts'

/** Tables with an index for pages: `(user_id, created_at desc, id desc)`. */
export type PagedTable = 'documents' | 'agent_requests' | 'agent_sessions' | 'usage_events'

export interface Page<Row> {
  rows: Row[]
  /** Pass it as `after` to get the next page; undefined on the last page. */
  next: string | undefined
}

export interface PageOptions<Column> {
  columns: readonly Column[]
  /** Rows per page, 1 to 1,000; default 50. */
  limit?: number
  /** `next` of the previous page. */
  after?: string | undefined
}

/**
 * A page of the user's rows, newest first. A page begins after the last row of the previous one (keyset pagination), so
 * that new rows do not shift it and every page costs the same. The position keeps microseconds, which a JavaScript Date
 * would lose.
 *
 * @throws Failure (2) for an `after` that no page returned
 *
 * @example
 * import { db, newestFirst, withUser } from '@centrid/db'
 *
 * const first = await withUser(db, claims, (tx) =>
 *   newestFirst(tx, 'documents', { columns: ['id', 'filename'], limit: 20 }),
 * )
 * first.rows[0]?.filename // → 'trees.md'
 * if (first.next !== undefined) {
 *   const after = first.next
 *   await withUser(db, claims, (tx) => newestFirst(tx, 'documents', { columns: ['id', 'filename'], limit: 20, after }))
 * }
 */
export async function newestFirst<
  Table extends PagedTable,
  Column extends keyof Selectable<UserDB[Table]> & string,
>(
  tx: UserDb,
  table: Table,
  { columns, limit = 50, after }: PageOptions<Column>,
): Promise<Page<Pick<Selectable<UserDB[Table]>, Column>>> {
  wholeNumber('limit', limit, 1, 1000)
  const place = after === undefined ? undefined : parsePlace(after)
  // A query of the builder, so that it gets the owner's condition: without it, a distributed database asks every shard.
  const newest = tx
    .selectFrom(tx.dynamic.table(table).as('page'))
    .select([
      ...columns.map((column) => sql<unknown>`${sql.ref(column)}`.as(column)),
      sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('place_time'),
      sql<string>`id`.as('place_id'),
    ])
    .orderBy(sql`created_at`, 'desc')
    .orderBy(sql`id`, 'desc')
    .limit(limit + 1)
  const rows = await (place
    ? newest.where(sql<boolean>`(created_at, id) < (${place.time}::timestamptz, ${place.id}::uuid)`)
    : newest
  ).execute()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map(
      ({ place_time: _, place_id: __, ...row }) => row as unknown as Pick<Selectable<UserDB[Table]>, Column>,
    ),
    next:
      rows.length > limit && last
        ? Buffer.from(`${last.place_time} ${last.place_id}`).toString('base64url')
        : undefined,
  }
}

function parsePlace(after: string): { time: string; id: string } {
  const [, time, id] = PLACE.exec(Buffer.from(after, 'base64url').toString()) ?? []
  if (!time || !id) throw usageError('"after" must be the "next" of an earlier page')
  return { time, id }
}

const PLACE = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f-]{36})$/
