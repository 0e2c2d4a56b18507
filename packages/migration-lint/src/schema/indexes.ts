import type { Statement } from '../parse/statement.ts'
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

/** The statement of this file that drops an index with such columns; the last one, if there are several. */
export function dropOf(
  { lost }: Table,
  file: string,
  covers: (columns: readonly string[]) => boolean,
): Statement | undefined {
  return lost.findLast((each) => each.file === file && covers(each.columns))?.statement
}
