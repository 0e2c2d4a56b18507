import type { UserDB } from '@centrid/db-types'
import { type Selectable, sql } from 'kysely'
import { misuse } from '../../packages/postgres/src/failure.ts'
import type { UserDb } from './handles.ts'

/** Tables with an index for it: `(user_id, created_at desc, id desc)`. */
export type PagedTable = 'documents' | 'agent_requests' | 'agent_sessions' | 'usage_events'

export interface Page<Row> {
  rows: Row[]
  /** Give it as `after` for the next page; undefined on the last one. */
  next: string | undefined
}

export interface PageOptions<Column> {
  columns: readonly Column[]
  /** Rows a page, 1 to 1,000; 50 unless given. */
  limit?: number
  /** `next` of the page before. */
  after?: string | undefined
}

/**
 * A page of the user's rows, newest first. It begins behind the last row of the page before, not at a number of
 * rows: rows that come meanwhile move nothing, and the thousandth page costs what the first does. The place is kept to
 * the microsecond, which a JavaScript Date would cut off.
 *
 * @throws Failure (2) for an `after` that no page gave
 */
export async function newestFirst<
  Table extends PagedTable,
  Column extends keyof Selectable<UserDB[Table]> & string,
>(
  tx: UserDb,
  table: Table,
  { columns, limit = 50, after }: PageOptions<Column>,
): Promise<Page<Pick<Selectable<UserDB[Table]>, Column>>> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw misuse('limit is a whole number from 1 to 1000')
  const place = after === undefined ? undefined : parsePlace(after)
  const behind = place ? sql`where (created_at, id) < (${place.time}::timestamptz, ${place.id}::uuid)` : sql``
  const { rows } = await sql<
    Pick<Selectable<UserDB[Table]>, Column> & { place_time: string; place_id: string }
  >`
    select ${sql.join(columns.map((column) => sql.ref(column)))},
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place_time, id as place_id
    from ${sql.table(`public.${table}`)} ${behind}
    order by created_at desc, id desc
    limit ${limit + 1}`.execute(tx)
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
  if (!time || !id) throw misuse('"after" is not what the page before gave as "next"')
  return { time, id }
}

const PLACE = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f-]{36})$/
