import type { Rule } from '../rule.ts'
import { dropOf, indexedColumns } from '../schema/indexes.ts'

export const FOREIGN_KEY_INDEX: Rule = {
  code: 'M030',
  title: 'A foreign key has an index',
  *after({ schema, file }) {
    for (const table of schema.tables.values()) {
      for (const { columns, file: made, statement } of table.foreignKeys) {
        const covers = (index: readonly string[]) => beginsWith(index, columns)
        const at = made === file.name ? statement : dropOf(table, file.name, covers)
        if (!at || indexedColumns(table).some(covers)) continue
        yield {
          at,
          message: `no index of ${table.name} begins with the columns of its foreign key (${columns.join(', ')}): deleting a row it refers to reads the whole table`,
          advice: `Create one: create index on ${table.name} (${columns.join(', ')}). For a table with rows: concurrently, in a file before this one.`,
        }
      }
    }
  },
}

/** In any order, because the foreign key compares all columns. */
function beginsWith(index: readonly string[], columns: readonly string[]): boolean {
  const first = index.slice(0, columns.length)
  return first.length === columns.length && columns.every((column) => first.includes(column))
}
