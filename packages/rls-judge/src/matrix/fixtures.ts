import pg from 'pg'
import type { Platform } from '../platform.ts'
import { type Ids, PEOPLE, type Person } from './actors.ts'
import type { Column, Shape } from './shapes.ts'
import { belongsTo, freshSeed, keyIn, type Row, rowOf, type Seed, valueIn } from './values.ts'

/** Accounts, and one row of Ada and one of Bob in every table. The owner inserts them in the part's transaction. */
export interface Fixtures {
  /** Account ids. */
  ids: Ids
  /** Each person's row id, the same in every table whose ids are uuids. */
  rows: Ids
  seeds: Readonly<Record<Person, Seed>>
  /** Id of a row that does not exist. */
  missing: Seed
  /** Id of a row that no row refers to. A new row whose id is a foreign key can use it. */
  spare: Seed
  /** Id of Ada's hidden row, in tables with a soft delete. */
  hidden: Seed
}

export async function makeFixtures(
  client: pg.Client,
  shapes: readonly Shape[],
  platform: Platform,
): Promise<Fixtures> {
  const seeds = { ada: freshSeed(), bob: freshSeed(), dora: freshSeed() }
  const { neighbours } = platform.wire ?? {}
  const table = shapes[0]?.table ?? ''
  while (neighbours && !(await neighbours(client, table, seeds.ada.account, seeds.bob.account)))
    seeds.bob = freshSeed()
  const of = (part: 'account' | 'row'): Ids => ({
    ada: seeds.ada[part],
    bob: seeds.bob[part],
    dora: seeds.dora[part],
  })
  const fixtures: Fixtures = {
    ids: of('account'),
    rows: of('row'),
    seeds,
    missing: freshSeed(),
    spare: freshSeed(),
    hidden: { ...freshSeed(), account: seeds.ada.account },
  }
  const { accounts, id } = accountsOf(platform)
  for (const person of PEOPLE)
    await client.query(`insert into ${accounts} (${id}) values ($1)`, [seeds[person].account])
  await client.query(`delete from ${accounts} where ${id} = $1`, [seeds.dora.account])
  await makeRows(client, shapes, fixtures)
  return fixtures
}

async function makeRows(client: pg.Client, shapes: readonly Shape[], fixtures: Fixtures): Promise<void> {
  for (const shape of shapes) {
    for (const person of ['ada', 'bob'] as const)
      await client.query(fixtureRow(shape, rowOf(fixtures.seeds[person])))
    if (shapes.some((other) => other.id.references?.shape === shape))
      await client.query(fixtureRow(shape, rowOf(fixtures.spare)))
    if (hiddenBy(shape)) await client.query(hiddenRow(shape, fixtures))
  }
}

async function removeRows(client: pg.Client, shapes: readonly Shape[], fixtures: Fixtures): Promise<void> {
  const { seeds, spare, hidden } = fixtures
  for (const shape of shapes.toReversed()) {
    for (const seed of [...Object.values(seeds), spare, hidden])
      await client.query(`delete from ${shape.table} where ${belongsTo(shape, seed)}`)
  }
}

/** Makes the rows again, where a statement was committed. */
export async function resetRows(
  client: pg.Client,
  shapes: readonly Shape[],
  fixtures: Fixtures,
): Promise<void> {
  await removeRows(client, shapes, fixtures)
  await makeRows(client, shapes, fixtures)
}

/** Removes everything that {@link makeFixtures} made, where that was committed. */
export async function removeFixtures(
  client: pg.Client,
  shapes: readonly Shape[],
  fixtures: Fixtures,
  platform: Platform,
): Promise<void> {
  await removeRows(client, shapes, fixtures)
  const { accounts, id } = accountsOf(platform)
  for (const account of Object.values(fixtures.ids))
    await client.query(`delete from ${accounts} where ${id} = $1`, [account])
}

function accountsOf({ accounts: { schema, table, column } }: Platform): { accounts: string; id: string } {
  return {
    accounts: `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`,
    id: pg.escapeIdentifier(column),
  }
}

/** The values that hide a row from its owners. */
export function hiddenBy({ rows }: Shape): Readonly<Record<string, string | undefined>> | undefined {
  return typeof rows === 'string' ? undefined : rows.hidden
}

/** Columns that a statement needs to identify or add a row. */
export function baseColumns(shape: Shape): Column[] {
  return shape.columns.filter((column) => column.required || column === shape.id || column === shape.owner)
}

/** Columns that a user's insert lists: without an id that only the database generates. */
export function insertedColumns(shape: Shape): Column[] {
  const granted = shape.access.authenticated.insert
  return baseColumns(shape).filter(
    ({ name, required, identity }) =>
      !identity && (required || granted === undefined || granted.includes(name) || name !== shape.id.name),
  )
}

/** Whether the account is the key, so that there is one row per account. */
export function isSingle({ key, owner, id }: Shape): boolean {
  return key.length === 1 && key[0] === owner?.name && owner !== id
}

/** SQL of a fixture row. If a trigger has inserted the row already (a profile), it gets the known id. */
function fixtureRow(shape: Shape, row: Row): string {
  const columns = baseColumns(shape)
  const id = pg.escapeIdentifier(shape.id.name)
  return (
    insertInto(shape, columns, (column) => valueIn(shape, column, row)) +
    (isSingle(shape)
      ? ` on conflict (${shape.key.map((name) => pg.escapeIdentifier(name)).join(', ')}) do update set ${id} = excluded.${id}`
      : '')
  )
}

function hiddenRow(shape: Shape, { seeds, hidden }: Fixtures): string {
  const values = hiddenBy(shape) ?? {}
  const columns = shape.columns.filter(
    (column) => baseColumns(shape).includes(column) || values[column.name] !== undefined,
  )
  return insertInto(shape, columns, (column) =>
    column === shape.id
      ? keyIn(shape, hidden)
      : (values[column.name] ?? valueIn(shape, column, rowOf(seeds.ada, 3))),
  )
}

function insertInto(shape: Shape, columns: readonly Column[], value: (column: Column) => string): string {
  return (
    `insert into ${shape.table} (${columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ')})` +
    ` overriding system value values (${columns.map(value).join(', ')})`
  )
}
