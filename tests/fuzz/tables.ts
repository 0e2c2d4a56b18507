import { ownerOf, rowsOf, type TableAccess } from 'rls-judge/intent.ts'
import { INTENT } from '../../db/access.ts'
import { isOnePerAccount } from '../../db/facts/row.ts'
import { readSchema, type TableFacts } from '../../db/facts/schema.ts'
import { modelColumns, wordColumnOf } from './columns.ts'
import { type Column, IDS, type Value, WORDS } from './values-of.ts'

export { type Column, IDS, type TableFacts, type Value, WORDS }

/** A table whose rows belong to accounts, as db/schema.sql describes it and db/access.ts allows it. */
interface Table {
  columns: Readonly<Record<string, Column>>
  rights: Rights
  wordColumn: string
  /** Whether the key is the account, so that the fuzzer does not know the row's id. */
  onePerAccount: boolean
  hasCreatedAt: boolean
  generated: readonly string[]
  /** Sets of columns that are unique within an account. */
  unique: readonly (readonly string[])[]
  /** Tables of the same account that it refers to with ON DELETE CASCADE. */
  parents: readonly { column: string; table: string }[]
  /** Whether it refers to the account itself. */
  needsAccount: boolean
}

/** What a user may do to their own rows. Nobody may do anything to another user's rows. */
export interface Rights {
  insert: readonly string[]
  update: readonly string[]
  delete: boolean
}

export type TableName = string

const facts = new Map((await readSchema()).map((table) => [table.name, table]))
const entries = Object.entries(INTENT.tables)

const model = new Map<TableName, Table>(
  entries.flatMap(([name, access]) => {
    const rows = rowsOf(INTENT, access)
    const plain = typeof rows !== 'string' && rows.rule === undefined && rows.hidden === undefined
    if (!plain || ownerOf(INTENT, access) !== INTENT.ownerColumn) return []
    const table = factsOf(name)
    const { insert = [], update = [], delete: remove = false } = access.authenticated
    return [[name, describe(table, { insert, update, delete: remove })]]
  }),
)

/** Tables whose rows belong to accounts, each after the tables that it refers to. */
export const TABLES: readonly TableName[] = [...model.keys()]

/** Tables whose rows belong to no account. The fuzzer has no rows in them. */
export const FOREIGN_TABLES: readonly { table: TableFacts; access: TableAccess }[] = entries
  .filter(([name]) => !model.has(name))
  .map(([name, access]) => ({ table: factsOf(name), access }))

function factsOf(name: TableName): TableFacts {
  const table = facts.get(name)
  if (!table) throw new Error(`db/schema.sql has no table ${name}: run "make migrate"`)
  return table
}

export function tableOf(name: TableName): Table {
  const table = model.get(name)
  if (!table) throw new Error(`the fuzzer has no table ${name}`)
  return table
}

/** Columns of a table, without user_id and times of writing. */
export function columnsOf(name: TableName): Readonly<Record<string, Column>> {
  return tableOf(name).columns
}

/** The hand-written intent. */
export function rightsOn(name: TableName): Rights {
  return tableOf(name).rights
}

function describe(table: TableFacts, rights: Rights): Table {
  const { name, columns, constraints } = table
  const onePerAccount = isOnePerAccount(table)
  const keys = constraints.filter(({ kind }) => kind === 'unique' || kind === 'primary')
  const references = constraints.flatMap((each) =>
    each.references ? [{ ...each, references: each.references }] : [],
  )
  const unknown = constraints.find(
    ({ kind, columns: held, references: to }) =>
      kind === 'exclusion' ||
      ((kind === 'unique' || kind === 'primary') && !held.includes('user_id')) ||
      (to && !isOfAccount(held, to)),
  )
  if (unknown)
    throw new Error(
      `the fuzzer does not support ${unknown.name} of ${name}: add it to describe() of tests/fuzz/tables.ts and in tests/fuzz/insert-rows.ts`,
    )
  return {
    columns: modelColumns(table, !onePerAccount),
    rights,
    wordColumn: wordColumnOf(table),
    onePerAccount,
    hasCreatedAt: columns.some((column) => column.name === 'created_at'),
    generated: columns.filter(({ generated }) => generated).map((column) => column.name),
    unique: keys
      .filter(({ kind }) => kind === 'unique')
      .map(({ columns: held }) => held.filter((column) => column !== 'user_id')),
    parents: references.flatMap(({ columns: held, references: { table: parent } }) => {
      const column = held.find((each) => each !== 'user_id')
      return column === undefined ? [] : [{ column, table: parent.replace(/^public\./, '') }]
    }),
    needsAccount: references.some(({ references: { table: parent } }) => parent === 'auth.users'),
  }
}

/** `(user_id) → auth.users (id)`, or `(user_id, document_id) → documents (user_id, id)`, with ON DELETE CASCADE. */
function isOfAccount(
  columns: readonly string[],
  { table, columns: theirs, onDelete }: { table: string; columns: readonly string[]; onDelete: string },
): boolean {
  if (onDelete !== 'cascade') return false
  if (table === 'auth.users') return columns.join() === 'user_id'
  return (
    table.startsWith('public.') &&
    columns.length === 2 &&
    theirs.join() === 'user_id,id' &&
    columns[0] === 'user_id'
  )
}
