import type { Table } from './schema.ts'

/** Columns of the keys and of the indexes that hold every row, each in order. */
export function indexedColumns({ keys, indexes }: Table): (readonly string[])[] {
  const whole = [...indexes.values()].filter(({ partial }) => !partial)
  return [...keys, ...whole].map(({ columns }) => columns)
}

/** Columns that an index begins with. */
export function leadingColumns(table: Table): Set<string | undefined> {
  return new Set(indexedColumns(table).map(([first]) => first))
}
