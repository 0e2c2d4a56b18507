import pg from 'pg'
import type { Verdict } from '../check.ts'
import { baseColumns, isSingle } from '../matrix/fixtures.ts'
import type { Column, Shape } from '../matrix/shapes.ts'
import { freshSeed, keyIn, rowOf, type Seed, valueIn } from '../matrix/values.ts'
import { expectCode, expectEqual } from '../session.ts'
import { makeTemporary, type Stage, withSetUp } from '../stage.ts'
import { listen, mentions, SECRET } from './listen.ts'
import { HARMLESS, hideSecret } from './secrets.ts'

/** Number of each person's rows, enough for a sample to contain her values. */
const ROWS = 200

/** CVE-2017-7484, CVE-2019-10130, CVE-2025-8713: statistics contain samples of all users' values. */
export async function* statistics(client: pg.Client, stage: Stage): AsyncGenerator<Verdict> {
  const { shapes } = stage
  const hidden = shapes.filter(({ rows }) => rows !== 'everybody')
  yield* withSetUp(client, stage, async function* () {
    const secrets = new Map<Shape, readonly string[]>()
    for (const shape of hidden) secrets.set(shape, await fill(client, shape, stage))
    await sample(client, shapes)
    yield* catalogs(hidden, stage)
    for (const [shape, columns] of secrets) {
      if (!shape.access.authenticated.select) continue
      const [column] = columns
      if (column !== undefined) yield* planning(client, shape, column, stage)
      yield* estimates(shape, columns, stage)
    }
  })
}

/**
 * Inserts many rows of Ada that contain the secret, and as many of Bob that do not: a planner that knows who asks expects
 * none of a caller without rows. Returns the columns that contain it, quoted.
 */
async function fill(client: pg.Client, shape: Shape, stage: Stage): Promise<readonly string[]> {
  const { seeds } = stage.fixtures
  const columns = await hideSecret(client, shape, stage)
  // Such a table has one row per account or owner, or one per row of another table.
  if (isSingle(shape) || shape.id === shape.owner || shape.id.references) return columns
  // Rows without an owner could not be told from others when they are removed.
  if (stage.platform.wire && !shape.owner) return columns
  const listed = [
    ...baseColumns(shape),
    ...shape.columns.filter((each) => columns.includes(quote(each)) && !baseColumns(shape).includes(each)),
  ]
  const fillFor = (seed: Seed, text: string, first: number) => {
    const value = (each: Column) =>
      columns.includes(quote(each)) ? text : valueOfMany(shape, each, rowOf(seed))
    return client.query(
      `insert into ${shape.table} (${listed.map(quote).join(', ')}) overriding system value
       select ${listed.map(value).join(', ')} from generate_series(${first}, ${first + ROWS - 1}) n`,
    )
  }
  await fillFor(seeds.ada, `case when n % 2 = 0 then '${SECRET}' else '${SECRET}' || n end`, 2)
  await fillFor(seeds.bob, `'${HARMLESS}'`, 2 + ROWS)
  return columns
}

/** SQL of a value for row number `n`. */
function valueOfMany(shape: Shape, column: Column, row: ReturnType<typeof rowOf>): string {
  if (column === shape.id && column !== shape.owner)
    return column.base === 'uuid' ? 'gen_random_uuid()' : `${row.id.number} + n`
  const isNumber = ['integer', 'bigint', 'numeric'].includes(column.base)
  return isNumber && column !== shape.owner && !column.references ? 'n' : valueIn(shape, column, row)
}

/** Analyzes the tables without statistics. The server analyzes the others itself; the test leaves their statistics unchanged. */
async function sample(client: pg.Client, shapes: readonly Shape[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select oid::regclass::text as name from pg_class where oid = any ($1::regclass[]) and reltuples <= 0',
    [shapes.map(({ table }) => table)],
  )
  for (const { name } of rows) await client.query(`analyze ${name}`)
}

async function* catalogs(shapes: readonly Shape[], { bob, attempt }: Stage): AsyncGenerator<Verdict> {
  const names = shapes.map(({ name }) => pg.escapeLiteral(name)).join(', ')
  for (const view of ['pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs']) {
    yield expectCode(
      `${view} shows nothing of tables under row level security`,
      await attempt(bob, `select from ${view} where schemaname = 'public' and tablename in (${names})`),
      '0',
    )
  }
  for (const catalog of ['pg_statistic', 'pg_statistic_ext_data'])
    yield expectCode(`${catalog} is closed`, await attempt(bob, `select from ${catalog}`), '42501')
}

/** An operator that reveals its arguments when the planner calls it for an estimate. */
const TELL = `
  create function pg_temp.tell(a text, b text) returns boolean language plpgsql immutable
  as $$ begin raise notice 'told: % %', a, b; return true; end $$;
  create operator pg_temp.<<< (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = scalarltsel);
  create operator pg_temp.=== (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = eqsel, join = eqjoinsel);
`

async function* planning(
  client: pg.Client,
  { name, table }: Shape,
  column: string,
  stage: Stage,
): AsyncGenerator<Verdict> {
  const { bob, attempt } = stage
  const temporary = await makeTemporary(
    client,
    stage,
    bob,
    `${TELL}
    create view pg_temp.plain as select * from ${table};
    create view pg_temp.barrier with (security_barrier) as select * from ${table};
    create view pg_temp.invoker with (security_invoker) as select * from ${table};`,
  )
  for (const [what, relation] of Object.entries({
    'the table': table,
    'a view': 'pg_temp.plain',
    'a security barrier': 'pg_temp.barrier',
    'an invoker view': 'pg_temp.invoker',
  })) {
    for (const operator of ['<<<', '===']) {
      const predicate = `${column}::text operator(pg_temp.${operator}) 'z'`
      const { outcome, heard } = await listen(client, () =>
        attempt(bob, `explain (format json) select from ${relation} where ${predicate}`),
      )
      yield expectEqual(
        `${name}: planning ${predicate} on ${what} does not call the operator with values of rows`,
        mentions([...heard, JSON.stringify(outcome.rows)]),
        [],
      )
    }
  }
  await temporary.leave()
}

/** EXPLAIN reveals row estimates to every caller. */
async function* estimates(
  shape: Shape,
  secret: readonly string[],
  { bob, attempt, platform: { wire }, fixtures: { seeds } }: Stage,
): AsyncGenerator<Verdict> {
  const estimate = async (predicate: string) => {
    const { rows, code } = await attempt(
      bob,
      ...(wire?.explain ?? []),
      `explain (format json) select from ${shape.table} where ${predicate}`,
    )
    const estimated = [...JSON.stringify(rows).matchAll(/"Plan Rows":(\d+)/g)].map(([, count]) => count)
    return estimated.length > 0 ? estimated.join() : code
  }
  for (const column of shape.columns) {
    const pair = predicatesOn(shape, column, secret, keyIn(shape, seeds.ada))
    if (!pair) continue
    yield expectEqual(
      `${shape.name}: EXPLAIN estimates as many rows for another user's ${column.name} as for a value that does not exist`,
      await estimate(pair[0]),
      await estimate(pair[1]),
    )
  }
}

/** Two predicates on a column: a value of Ada's rows, and a value of no row. */
function predicatesOn(
  shape: Shape,
  column: Column,
  secret: readonly string[],
  hers: string,
): [string, string] | undefined {
  const name = quote(column)
  if (column === shape.id) return [`${name} = ${hers}`, `${name} = ${keyIn(shape, freshSeed())}`]
  // A caller who can name a key already knows that it exists.
  if (column.inKey) return undefined
  if (secret.includes(name)) return [`${name} = '${SECRET}'`, `${name} = 'no such text'`]
  if (column.base === 'tsvector') return [`${name} @@ '${SECRET}'`, `${name} @@ 'nowhere'`]
  if (['integer', 'bigint', 'numeric'].includes(column.base)) return [`${name} < 100`, `${name} < -100`]
  return undefined
}

function quote({ name }: Column): string {
  return pg.escapeIdentifier(name)
}
