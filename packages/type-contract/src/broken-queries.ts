import pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { messageOf } from 'postgres-kit/failure.ts'
import { isRequired } from './compare-columns.ts'
import type { ColumnContract, Contract, FunctionContract, RelationContract } from './contract.ts'

/** An account that does not exist, so that the queries read and write no row. */
const NOBODY = '00000000-0000-4000-8000-000000000000'

interface Query {
  role: string | undefined
  sql: string
  /** The earlier types of its columns, in order. */
  types: readonly string[]
}

/**
 * Tries the queries that a released contract allows on a database: each role selects, inserts, updates and deletes with all
 * columns that it may use. Nothing is written. Values that a new CHECK refuses are not detected.
 *
 * @param client connection of the owner
 * @param after the contract of that database
 * @returns one line per query that no longer works
 */
export async function brokenQueries(
  client: pg.Client,
  schema: string,
  before: Contract,
  after: Contract,
): Promise<string[]> {
  const broken: string[] = []
  for (const query of queriesOf(before, schema)) {
    const problem = await tryQuery(client, query).catch((error: unknown) => messageOf(error))
    if (problem !== undefined) broken.push(`${query.role ?? 'anybody'}: ${query.sql}: ${problem}`)
  }
  for (const [table, { columns }] of Object.entries(before.relations))
    for (const [column, now] of Object.entries(after.relations[table]?.columns ?? {}))
      if (!Object.hasOwn(columns, column) && isRequired(now))
        broken.push(`insert into ${table}: the new column ${column} must be given`)
  return broken
}

async function tryQuery(client: pg.Client, { role, sql, types }: Query): Promise<string | undefined> {
  const run = async () => (await client.query({ text: sql, rowMode: 'array' })).fields
  const fields = role === undefined ? await run() : await asCaller(client, callerOf(role, NOBODY), run)
  const { rows } = await client.query<{ id: number | null }>(
    'select to_regtype(name)::oid::int as id from unnest($1::text[]) with ordinality as types (name, place) order by place',
    [types],
  )
  const changed = fields.find(({ dataTypeID }, n) => n < rows.length && dataTypeID !== rows[n]?.id)
  return changed && `column ${changed.name} has another type`
}

function queriesOf({ relations, functions }: Contract, schema: string): Query[] {
  return [
    ...Object.entries(relations).flatMap(([name, each]) => queriesOfRelation(quoted(schema, name), each)),
    ...Object.entries(functions).map(([name, each]) =>
      queryOfFunction(quoted(schema, name.replace(/\(.*/, '')), each),
    ),
  ]
}

function queriesOfRelation(table: string, { columns, delete: deleters }: RelationContract): Query[] {
  const named = Object.entries(columns)
  const roles = new Set(named.flatMap(([, { select, insert, update }]) => [...select, ...insert, ...update]))
  return [...roles].flatMap((role): Query[] => {
    const may = (how: 'select' | 'insert' | 'update'): [string, ColumnContract][] =>
      named.filter(([, column]) => column[how].includes(role) && (how === 'select' || !column.generated))
    const names = (list: [string, ColumnContract][]) => list.map(([name]) => pg.escapeIdentifier(name))
    const [selects, inserts, updates] = [may('select'), names(may('insert')), names(may('update'))]
    const sql = [
      ...(inserts.length > 0
        ? [`explain insert into ${table} (${inserts}) values (${inserts.map(() => 'null')})`]
        : []),
      ...(updates.length > 0
        ? [`explain update ${table} set ${updates.map((name) => `${name} = null`)} where false`]
        : []),
      ...(deleters.includes(role) ? [`explain delete from ${table} where false`] : []),
    ]
    return [
      ...(selects.length > 0
        ? [
            {
              role,
              sql: `select ${names(selects)} from ${table} limit 0`,
              types: selects.map(([, { type }]) => type),
            },
          ]
        : []),
      ...sql.map((text) => ({ role, sql: text, types: [] })),
    ]
  })
}

/** The contract does not contain a function's types as SQL, so this detects only a missing function or column. */
function queryOfFunction(name: string, { arguments: given, returns }: FunctionContract): Query {
  const values = Object.keys(given).map((argument) => `${pg.escapeIdentifier(argument)} => null`)
  const columns = Object.keys(returns)
  const selected = columns.join() === 'result' ? '*' : columns.map((column) => pg.escapeIdentifier(column))
  return { role: undefined, sql: `select ${selected} from ${name}(${values}) limit 0`, types: [] }
}

function quoted(...names: string[]): string {
  return names.map((name) => pg.escapeIdentifier(name)).join('.')
}
