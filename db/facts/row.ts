import { scanSync } from 'libpg-query'
import pg from 'pg'
import { misuse } from 'postgres-kit/failure.ts'
import { TABLES } from '../access.ts'
import type { ColumnFacts, TableFacts } from './schema.ts'
import { acceptedValues } from './values.ts'

/** The id of every row that is made here: a reference to another table finds the row there. */
export const ROW_ID = '00000000-0000-4000-8000-000000000001'

/**
 * SQL that adds a row which every constraint accepts, after the rows it refers to.
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
  const columns = table.columns.filter((column) => !column.generated && isNeeded(column, given))
  const values = columns.map((column) => given[column.name] ?? validValue(table, column, owner))
  const names = columns.map(({ name }) => identifier(name)).join(', ')
  return [
    ...parents,
    // A trigger may have made it for the account already.
    ...(isOnePerAccount(table)
      ? [`delete from ${qualified(table)} where ${rowCondition(table, owner)}`]
      : []),
    `insert into ${qualified(table)} (${names}) values (${values.join(', ')})`,
  ]
}

export function qualified({ name }: TableFacts): string {
  return `public.${identifier(name)}`
}

/** A name as SQL, in quotes only where it needs them. PostgreSQL's parser must be loaded, as it is after readSchema(). */
export function identifier(name: string): string {
  const [token] = scanSync(name).tokens
  const plain = token?.text === name && token.tokenName === 'IDENT' && name === name.toLowerCase()
  return plain || token?.keywordName === 'UNRESERVED_KEYWORD' ? name : pg.escapeIdentifier(name)
}

/** SQL that finds the row among others. */
export function rowCondition({ columns }: TableFacts, owner: string): string {
  return columns.some(({ name }) => name === 'user_id')
    ? `user_id = ${owner}`
    : `id = ${pg.escapeLiteral(ROW_ID)}`
}

/** Whether the key is the account alone. */
export function isOnePerAccount({ constraints }: TableFacts): boolean {
  const key = constraints.find(({ kind }) => kind === 'primary')?.columns ?? []
  return key.length === 1 && key[0] === 'user_id'
}

function isNeeded(column: ColumnFacts, given: Readonly<Record<string, string>>): boolean {
  return (
    (column.notNull && !column.hasDefault) || ['id', 'user_id'].includes(column.name) || column.name in given
  )
}

/** SQL of a value that the column accepts: the intent's example, or what its CHECKs and its type say. */
function validValue(table: TableFacts, column: ColumnFacts, owner: string): string {
  const example = TABLES[table.name]?.examples?.[column.name]
  if (column.name === 'user_id') return owner
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
      throw misuse(
        `no valid value is known for ${table.name}.${column.name} (${column.type}): give one in db/access.ts, as examples: { ${column.name}: "…" }`,
      )
  }
}
