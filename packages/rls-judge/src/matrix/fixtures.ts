import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Ids, Person } from './actors.ts'
import { type Shape, stockValue } from './shapes.ts'

/** Accounts, and for Ada and Bob one row in every table. Made by the owner, in the transaction of the part. */
export interface Fixtures {
  ids: Ids
  /** Row id of each person, the same in every table. */
  rows: Ids
  /** An id that no row has. */
  missing: string
}

export async function makeFixtures(client: pg.Client, shapes: readonly Shape[]): Promise<Fixtures> {
  const fresh = (): Ids => ({ ada: randomUUID(), bob: randomUUID(), dora: randomUUID() })
  const fixtures = { ids: fresh(), rows: fresh(), missing: randomUUID() }
  for (const id of Object.values(fixtures.ids))
    await client.query('insert into auth.users (id) values ($1)', [id])
  await client.query('delete from auth.users where id = $1', [fixtures.ids.dora])
  for (const shape of shapes)
    for (const person of ['ada', 'bob'] as const) await client.query(fixtureRow(shape, fixtures, person))
  return fixtures
}

/** A row that another trigger made already (the profile) gets the well-known id. */
function fixtureRow(shape: Shape, { ids, rows }: Fixtures, person: Person): string {
  const columns = shape.columns.filter((column) => column.required || ['id', 'user_id'].includes(column.name))
  const row = { id: pg.escapeLiteral(rows[person]), owner: pg.escapeLiteral(ids[person]), n: 1 }
  return (
    `insert into public.${pg.escapeIdentifier(shape.name)} (${columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ')})` +
    ` values (${columns.map((column) => stockValue(shape, column, row)).join(', ')})` +
    (shape.key.length === 1 ? ` on conflict (${shape.key[0]}) do update set id = excluded.id` : '')
  )
}
