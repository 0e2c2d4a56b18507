import type pg from 'pg'

/** dbmate's table of applied migrations: in a schema of its own, which no API exposes. */
export const LEDGER = 'dbmate.schema_migrations'

/** Versions of the migrations that are applied, oldest first. */
export async function appliedVersions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    LEDGER,
  ])
  if (rows[0]?.found !== true) return []
  const applied = await client.query<{ version: string }>(
    'select version from dbmate.schema_migrations order by version',
  )
  return applied.rows.map((row) => row.version)
}
