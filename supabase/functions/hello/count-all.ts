import type { Readable } from '../../../db/client/handles.ts'

const TABLES = ['user_profiles', 'documents', 'agent_requests'] as const
type Table = (typeof TABLES)[number]

/** Rows beyond this limit are not counted, because the time grows with each row. */
const MOST_COUNTED = 1_000

export interface Counts {
  counts: Record<Table, number>
  /** Tables whose count is PostgreSQL's estimate. */
  estimated?: Table[]
}

/** Counts all users' rows, in a time that does not depend on their number. */
export async function countAll(tx: Readable<Table>): Promise<Counts> {
  const numbers = await tx
    .selectNoFrom((eb) =>
      TABLES.map((table) =>
        eb
          .selectFrom(
            eb
              .selectFrom(table)
              .select('user_id')
              .limit(MOST_COUNTED + 1)
              .as('first_rows'),
          )
          .select((rows) => rows.fn.countAll().as('n'))
          .as(table),
      ),
    )
    .executeTakeFirstOrThrow()
  const counts = { user_profiles: 0, documents: 0, agent_requests: 0 }
  const estimated: Table[] = []
  for (const table of TABLES) {
    counts[table] = Number(numbers[table])
    if (counts[table] <= MOST_COUNTED) continue
    counts[table] = Math.max(counts[table], await estimate(tx, table))
    estimated.push(table)
  }
  return estimated.length > 0 ? { counts, estimated } : { counts }
}

/** The planner's estimate: rows at the last ANALYZE, scaled to the table's current size. */
async function estimate(tx: Readable<Table>, table: Table): Promise<number> {
  const [row] = await tx.selectFrom(table).select('user_id').explain<Explained>('json')
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}

interface Explained {
  'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }]
}
