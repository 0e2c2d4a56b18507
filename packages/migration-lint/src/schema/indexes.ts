import type { Table } from './schema.ts'

/** Columns of keys and of indexes that are not partial, in their order. */
export function indexedColumns({ keys, indexes }: Table): (readonly string[])[] {
  const whole = [...indexes.values()].filter(({ partial }) => !partial)
  return [...keys, ...whole].map(({ columns }) => columns)
}

/** The first column of each index. */
export function leadingColumns(table: Table): Set<string | undefined> {
  return new Set(indexedColumns(table).map(([first]) => first))
}
