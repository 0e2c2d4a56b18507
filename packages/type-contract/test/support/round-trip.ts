import pg from 'pg'
import { type Catalog, readCatalog } from '../../src/catalog.ts'
import type { GeneratedFiles } from '../../src/files.ts'
import { nameEverything } from '../../src/naming.ts'
import { printTypes } from '../../src/print.ts'
import type { ContractSettings } from '../../src/settings.ts'
import { writePackage } from './compile.ts'
import { sourceOf } from './source-of.ts'
import { writeProgram } from './strict-compiler.ts'

export interface Schema {
  catalog: Catalog
  files: GeneratedFiles
  /** A program that reads every row in every way, typed by the generated types. */
  program: string
}

/** Generates the types of a schema, and a program that checks them against its rows. */
export async function describeSchema(client: pg.ClientBase, settings: ContractSettings): Promise<Schema> {
  const catalog = await readCatalog(client, settings)
  const files = await printTypes(catalog, settings)
  const names = nameEverything(catalog, settings)
  const lines: string[] = []
  for (const relation of catalog.relations) {
    const name = JSON.stringify(relation.name)
    const table = `${pg.escapeIdentifier(settings.schema)}.${pg.escapeIdentifier(relation.name)}`
    const { views, materializedViews } = catalog.metadata
    const isView = [...views, ...materializedViews].some(({ id }) => id === relation.id)
    const section = isView ? 'Views' : 'Tables'
    const served = `Database[${JSON.stringify(settings.schema)}]['${section}'][${name}]['Row']`
    lines.push(
      `export type Row${relation.id} = Selectable<DB[${name}]>`,
      `export type Served${relation.id} = ${served}`,
      `export const query${relation.id} = () => db.selectFrom(${name}).selectAll().execute() satisfies Promise<Row${relation.id}[]>`,
      `export const request${relation.id} = () => api.from(${name}).select('*')`,
    )
    const { rows } = await client.query<object>(`select * from ${table}`)
    const json = await client.query<{ row: unknown }>(
      `select to_json(each) as row from (select * from ${table}) as each`,
    )
    if (relation.columns.length > 0) {
      lines.push(...rows.map((row) => `rows.push(${sourceOf(row)} satisfies Row${relation.id})`))
      lines.push(...json.rows.map(({ row }) => `rows.push(${sourceOf(row)} satisfies Served${relation.id})`))
    }
    const { insert, insertSchema, update, updateSchema } = names.of(relation)
    const isJson = relation.columns.some(({ type }) => /^_?jsonb?$/.test(type.builtin ?? ''))
    const has = (schema: string) => files.get('src/generated/zod.js')?.includes(`const ${schema} =`) === true
    // Every object has a `constructor`, so TypeScript does not accept such an optional property as missing.
    const isOdd = relation.columns.some(({ name: column }) => column in {})
    // JSON must pass through toJson before pg.
    if (has(insertSchema) && !isJson && !isOdd && settings.callerDefaults.length === 0) {
      lines.push(
        `export const insert${relation.id} = (each: z.infer<typeof zod.${insertSchema}>) => each satisfies types.${insert}`,
      )
    }
    if (has(updateSchema) && !isJson && !isOdd) {
      lines.push(
        `export const update${relation.id} = (each: z.infer<typeof zod.${updateSchema}>) => each satisfies types.${update}`,
      )
    }
  }
  const program = `import type { SupabaseClient } from '@supabase/supabase-js'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Database } from './src/generated/supabase.js'
import * as zod from './src/generated/zod.js'
import type * as types from './src/index.js'
import type { DB, Selectable } from './src/index.js'

declare const db: Kysely<DB>
declare const api: SupabaseClient<Database, ${JSON.stringify(settings.schema)}>
void zod
export const rows: unknown[] = []
${lines.join('\n')}
`
  return { catalog, files, program }
}

/** Writes the package and its program into a folder. */
export function writeSchema(folder: string, { files, program }: Schema): void {
  writePackage(folder, files)
  writeProgram(folder, { 'program.ts': program })
}
