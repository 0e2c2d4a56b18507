import pg from 'pg'
import { type CatalogChange, compareCatalogs } from './compare.ts'
import type { Catalog, CatalogObject } from './object.ts'
import { plantSql } from './plant.ts'
import { withoutBodies } from './stand-in.ts'
import { undoSql } from './undo.ts'
import type { Difference } from './words.ts'

/** A difference with the parts that are reported with it. */
export type Folded = Pick<Difference, 'change' | 'parts'>

/** How to rehearse. */
export interface Stage {
  /** Reads the catalog with this connection. */
  read: (client: pg.ClientBase) => Promise<Catalog>
  /**
   * Whether statements may be run in one transaction. They contain text of the other database. `bodies`: whether they may create
   * functions whose bodies do something.
   */
  isAllowed: (sql: readonly string[], bodies: boolean) => boolean
  /** Roles of the other server. Missing ones are created for the rehearsal. */
  roles?: readonly string[]
}

// Event triggers would run functions. Before PostgreSQL 17, only those that fire always do.
const SETTINGS = `
  set local statement_timeout = '10s'; set local lock_timeout = '5s'; set local session_replication_role = replica;
  select set_config(name, 'off', true) from pg_settings where name = 'event_triggers'`

/** Undefined if the difference could not be made. */
type Outcome = 'reverted' | 'failed' | undefined

/**
 * Tries the SQL of `undoSql` on a database that lacks the differences: makes each difference there, runs its SQL, and reads the
 * catalog after both steps: each alone, then all together, because one may need another one. Together, functions have bodies that
 * do nothing. Everything is rolled back.
 *
 * @param client a superuser of a throw-away server
 * @returns for each difference, whether its SQL reverted it, and never failed
 */
export async function rehearse(
  client: pg.ClientBase,
  differences: readonly Folded[],
  stage: Stage,
): Promise<boolean[]> {
  if (differences.length === 0) return []
  await client.query(`begin; ${SETTINGS}`)
  try {
    await createRoles(client, stage.roles ?? [])
    const expected = await stage.read(client)
    const alone: Outcome[] = []
    for (const each of differences) alone.push(await tryAlone(client, each, expected, stage))
    const together = differences.length > 1 ? await tryTogether(client, differences, expected, stage) : []
    return alone.map((outcome, i) => {
      const both = [outcome, together[i]]
      return both.includes('reverted') && !both.includes('failed')
    })
  } finally {
    await client.query('rollback')
  }
}

async function createRoles(client: pg.ClientBase, roles: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select name from unnest($1::text[]) name where not starts_with(name, 'pg_') and name not in (select rolname from pg_roles)",
    [roles],
  )
  for (const { name } of rows) await client.query(`create role ${pg.escapeIdentifier(name)}`)
}

async function tryAlone(
  client: pg.ClientBase,
  { change, parts }: Folded,
  expected: Catalog,
  stage: Stage,
): Promise<Outcome> {
  const [sql, planted] = [undoSql(change), plantSql(change, parts)]
  if (sql === undefined || planted === undefined) return undefined
  if (!stage.isAllowed([...planted, sql], true)) return undefined
  return undone(client, async () => {
    await client.query('set local check_function_bodies = off')
    for (const each of planted) if (!(await succeeds(client, each))) return undefined
    if (![change, ...parts].every(isIn(await stage.read(client)))) return undefined
    await client.query('set local check_function_bodies = on')
    if (!(await succeeds(client, sql))) return 'failed'
    return compareCatalogs(expected, await stage.read(client)).length === 0 ? 'reverted' : 'failed'
  })
}

async function tryTogether(
  client: pg.ClientBase,
  differences: readonly Folded[],
  expected: Catalog,
  stage: Stage,
): Promise<Outcome[]> {
  const safe = differences.map(({ change, parts }) => ({
    change: withoutBodies(change),
    parts: parts.map(withoutBodies),
  }))
  const planting = safe
    .flatMap(({ change, parts }) => plantSql(change, parts) ?? [])
    .filter((sql) => stage.isAllowed([sql], false))
  return undone(client, async () => {
    await client.query('set local check_function_bodies = off')
    await runAll(client, planting)
    const planted = isIn(await stage.read(client))
    const made = safe.map(({ change, parts }) => [change, ...parts].every(planted))
    const sql = safe.map(({ change }, i) => {
      const undo = made[i] ? undoSql(change) : undefined
      // The SQL for a changed or missing function has its expected body, which is not the other database's.
      return undo !== undefined && stage.isAllowed([undo], change.type !== 'new') ? undo : undefined
    })
    const failed = await runAll(
      client,
      sql.filter((each) => each !== undefined),
    )
    const left = compareCatalogs(expected, await stage.read(client)).map(({ object }) => keyOf(object))
    const own = safe.map(({ change, parts }) => [change, ...parts].map(({ object }) => keyOf(object)))
    const isClean = left.every((key) => own.flat().includes(key))
    return sql.map((each, i) => {
      if (each === undefined) return undefined
      const isBack = !failed.includes(each) && !own[i]?.some((key) => left.includes(key))
      return isClean && isBack ? 'reverted' : 'failed'
    })
  })
}

/** Runs statements. One may need another one, so failed statements are tried again. Returns those that fail in the end. */
async function runAll(client: pg.ClientBase, statements: readonly string[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const sql of statements) if (!(await succeeds(client, sql))) failed.push(sql)
  return failed.length === 0 || failed.length === statements.length ? failed : runAll(client, failed)
}

/** Whether a change is in a catalog. */
function isIn(catalog: Catalog): (change: CatalogChange) => boolean {
  return ({ type, object }) => {
    const found = catalog.get(keyOf(object))
    if (type === 'gone' || !found) return type === 'gone' && !found
    return compareCatalogs(new Map([['', object]]), new Map([['', found]])).length === 0
  }
}

function keyOf({ kind, name }: CatalogObject): string {
  return `${kind} ${name}`
}

/** Runs statements; undoes them if one fails. */
async function succeeds(client: pg.ClientBase, sql: string): Promise<boolean> {
  await client.query('savepoint statement')
  try {
    await client.query(sql)
    await client.query('release statement')
    return true
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    await client.query('rollback to statement; release statement')
    return false
  }
}

async function undone<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint rehearsal')
  const result = await work()
  await client.query('rollback to rehearsal; release rehearsal')
  return result
}
