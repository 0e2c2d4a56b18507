import { scanSync } from 'libpg-query'
import pg from 'pg'
import { usageError } from 'postgres-kit/failure.ts'
import { rowsOf } from 'rls-judge/intent.ts'
import { INTENT } from '../access.ts'
import type { ColumnFacts, TableFacts } from './schema.ts'
import { acceptedValues } from './values.ts'

/** The id of every generated row, so that foreign keys match. */
export const ROW_ID = '00000000-0000-4000-8000-000000000001'

/**
 * SQL that inserts a valid row, preceded by the rows it refers to.
 *
 * @param owner SQL of the account that the rows belong to
 * @param given SQL of values for some of the row's columns
 */
export function rowStatements(
  schema: readonly TableFacts[],
  table: TableFacts,
  owner: string,
  given: Readonly<Record<string, string>> = {},
): string[] {
  const parents = table.constraints.flatMap(({ references }) => {
    const parent = schema.find(({ name }) => references?.table === `public.${name}`)
    return parent && parent !== table ? rowStatements(schema, parent, owner) : []
  })
  const account = accountColumn(table)
  const columns = table.columns.filter((column) => !column.generated && isNeeded(column, account, given))
  const values = columns.map((column) => given[column.name] ?? validValue(table, column, owner))
  const names = columns.map(({ name }) => identifier(name)).join(', ')
  return [
    ...parents,
    // The row may exist already if an account has one row, which a trigger may have inserted, or if it belongs to no account.
    ...(isOnePerAccount(table) || account === undefined
      ? [`delete from ${qualified(table)} where ${rowCondition(table, owner)}`]
      : []),
    `insert into ${qualified(table)} (${names}) values (${values.join(', ')})`,
  ]
}

export function qualified({ name }: TableFacts): string {
  return `public.${identifier(name)}`
}

/** A name as SQL, quoted only if necessary. PostgreSQL's parser must be loaded, as it is after readSchema(). */
export function identifier(name: string): string {
  const [token] = scanSync(name).tokens
  const plain = token?.text === name && token.tokenName === 'IDENT' && name === name.toLowerCase()
  return plain || token?.keywordName === 'UNRESERVED_KEYWORD' ? name : pg.escapeIdentifier(name)
}

/** SQL condition that identifies the row. */
export function rowCondition(table: TableFacts, owner: string): string {
  const account = accountColumn(table)
  return account === undefined ? `id = ${pg.escapeLiteral(ROW_ID)}` : `${identifier(account)} = ${owner}`
}

/** Whether the key consists only of the account. */
export function isOnePerAccount(table: TableFacts): boolean {
  const key = table.constraints.find(({ kind }) => kind === 'primary')?.columns ?? []
  return key.length === 1 && key[0] === accountColumn(table)
}

/** The owner column, if the rows belong to accounts according to the intent. */
export function accountColumn({ name }: TableFacts): string | undefined {
  const access = INTENT.tables[name]
  const rows = access && rowsOf(INTENT, access)
  return rows === undefined || typeof rows === 'string' || rows.rule !== undefined ? undefined : rows.owner
}

function isNeeded(
  column: ColumnFacts,
  account: string | undefined,
  given: Readonly<Record<string, string>>,
): boolean {
  return (
    (column.notNull && !column.hasDefault) ||
    column.name === account ||
    (column.name === 'id' && column.type === 'uuid') ||
    column.name in given
  )
}

/** SQL of a valid value: the intent's example, or one derived from the column's CHECKs and type. */
function validValue(table: TableFacts, column: ColumnFacts, owner: string): string {
  const example = INTENT.tables[table.name]?.examples?.[column.name]
  if (column.name === accountColumn(table)) return owner
  if (example !== undefined) return example
  const accepted = acceptedValues(column).find((value) => value !== null && value.length < 1000)
  if (typeof accepted === 'string') return pg.escapeLiteral(accepted)
  switch (column.type) {
    case 'uuid':
      return pg.escapeLiteral(ROW_ID)
    case 'text':
    case 'varchar':
      return "'sample'"
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'float4':
    case 'float8':
      return '1'
    case 'bool':
      return 'true'
    case 'json':
    case 'jsonb':
      return "'{}'"
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'now()'
    default:
      throw usageError(
        `no valid value is known for ${table.name}.${column.name} (${column.type}): give one in db/access.ts, as examples: { ${column.name}: "…" }`,
      )
  }
}
