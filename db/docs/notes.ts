import { rowsOf } from 'rls-judge/intent.ts'
import { indexNotes } from 'schema-site/migration-notes.ts'
import type { Model, Table } from 'schema-site/model.ts'
import type { TableNotes } from 'schema-site/table-page.ts'
import { columnType } from 'type-contract/kysely.ts'
import { nameEverything } from 'type-contract/naming.ts'
import { supabaseModule } from 'type-contract/supabase.ts'
import { key } from 'type-contract/text.ts'
import { INTENT } from '../access.ts'
import { listMigrations, readSection } from '../migrations/files.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { insertExamples } from './examples.ts'

/** Notes on the tables from the intent, the migrations and the types. */
export async function tableNotes(model: Model): Promise<TableNotes> {
  const serves = new Map<string, string>()
  for (const file of listMigrations())
    for (const [name, note] of await indexNotes(readSection(file, 'up')?.sql ?? '')) serves.set(name, note)
  return {
    ownerOf,
    serves: (index) => serves.get(index),
    types: await typesOf(model),
    examples: await insertExamples(),
  }
}

function ownerOf({ name }: Table): string | undefined {
  const access = INTENT.tables[name]
  const rows = access && rowsOf(INTENT, access)
  return rows === undefined || typeof rows === 'string' ? undefined : rows.owner
}

async function typesOf({ catalog }: Model): Promise<TableNotes['types']> {
  if (!catalog) return () => ({})
  const names = nameEverything(catalog, TYPES_SETTINGS)
  const { dts } = await supabaseModule(catalog, TYPES_SETTINGS)
  const rows = new Map(catalog.relations.map(({ name }) => [name, rowTypes(dts, name)]))
  return ({ name: table }, name) => {
    const relation = catalog.relations.find((each) => each.name === table)
    const column = relation?.columns.find((each) => each.name === name)
    if (!column) return {}
    return {
      DB: columnType(column, names.listOf(column)?.type),
      Database: rows.get(table)?.get(name) ?? '',
    }
  }
}

/** The types of a table's `Row` by column, from the generated declaration. */
function rowTypes(dts: string, table: string): Map<string, string> {
  const begin = `\n      ${key(table)}: {\n        Row: {\n`
  const start = dts.indexOf(begin)
  const end = dts.indexOf('\n        }\n', start)
  if (start < 0) return new Map()
  return new Map(
    dts
      .slice(start + begin.length, end)
      .split('\n')
      .flatMap((line) => {
        const [, quoted, plain, type] = /^ {10}(?:("(?:[^"\\]|\\.)*")|(\S+?)): (.*)$/.exec(line) ?? []
        const name = quoted === undefined ? plain : String(JSON.parse(quoted))
        return name === undefined || type === undefined ? [] : [[name, type] as const]
      }),
  )
}
