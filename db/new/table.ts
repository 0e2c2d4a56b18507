import { misuse } from 'postgres-kit/failure.ts'
import { TABLES } from '../access.ts'
import { addTable } from './edit-access.ts'
import type { Draft } from './make-migration.ts'
import { tableName } from './names.ts'
import { fromTemplate } from './template.ts'

/** A new table that belongs to its users. */
export function newTable(name: string, access: string): Draft {
  const table = tableName(name)
  if (TABLES[table])
    throw misuse(`db/access.ts has the table ${table} already. To change it: make new name=${name} EMPTY=1`)
  const words = { example: table }
  return {
    migrations: [{ text: fromTemplate('table', words) }],
    test: { path: `tests/rls/${table}.sql`, text: fromTemplate('table-test', words) },
    access: addTable(
      access,
      `  ${table}: table({
    columns: ['id', 'user_id', 'name', 'created_at', 'updated_at'],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'name'],
      update: ['name'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
`,
    ),
  }
}
