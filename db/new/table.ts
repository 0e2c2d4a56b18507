import { usageError } from 'postgres-kit/failure.ts'
import { TABLES } from '../access.ts'
import type { Change } from './change.ts'
import type { Draft } from './draft.ts'
import { addTable } from './edit-access.ts'
import { tableName } from './names.ts'
import { fromTemplate } from './template.ts'

/** The other columns of the template. */
const COLUMNS: readonly string[] = ['id', 'name', 'created_at', 'updated_at']

type NewTable = Extract<Change, { kind: 'table' }>

/** A new table: with rows per user, readable by everybody, or only for the server. */
export function newTable(name: string, { rows, owner = 'user_id' }: NewTable, access: string): Draft {
  const table = tableName(name)
  if (TABLES[table])
    throw usageError(
      `db/access.ts has the table ${table} already. To change it: make new name=${name} EMPTY=1`,
    )
  if (COLUMNS.includes(owner))
    throw usageError(`OWNER is ${owner}, but a new table has another column ${owner}: choose another name`)
  const longest = `${table}_${owner}_created_at_idx`
  if (longest.length > 63)
    throw usageError(
      `${longest} has ${longest.length} characters, and PostgreSQL keeps 63: choose shorter names`,
    )
  const template = rows === 'own' ? 'table' : `table-${rows}`
  const words = { example: table, user_id: owner }
  return {
    migrations: [{ text: fromTemplate(template, words) }],
    test: { path: `tests/rls/${table}.sql`, text: fromTemplate(`${template}-test`, words) },
    access: addTable(access, rows === 'own' ? ownEntry(table, owner) : sharedEntry(table, rows)),
  }
}

function ownEntry(table: string, owner: string): string {
  const other = owner === 'user_id' ? '' : `\n    rows: { owner: '${owner}' },`
  return `  ${table}: table({
    columns: ['id', '${owner}', 'name', 'created_at', 'updated_at'],${other}
    authenticated: {
      select: true,
      insert: ['id', '${owner}', 'name'],
      update: ['name'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
`
}

function sharedEntry(table: string, rows: 'everybody' | 'server'): string {
  return `  ${table}: table({
    columns: ['id', 'name', 'created_at', 'updated_at'],
    rows: '${rows}',
    authenticated: {${rows === 'everybody' ? ' select: true ' : ''}},
    service_role: COMMANDS,
  }),
`
}
