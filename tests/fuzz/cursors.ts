import type { Sent } from './sent.ts'
import type { Statement } from './statement.ts'
import { rowsIn, type Store } from './store.ts'
import { TABLES } from './tables.ts'
import type { Transaction } from './world.ts'

/** Opens a cursor. Its rows are fixed at this moment. */
export function declare(
  transaction: Transaction,
  connection: number,
  name: string,
  statement: Statement,
): Sent {
  const { text, values } = statement
  const sql = { connection, text: `declare ${name} cursor for ${text}`, values }
  if (transaction.cursors.has(name)) {
    transaction.aborted = true
    return { ...sql, expected: { error: '42P03' } }
  }
  const { answer } = statement.run(inOrder(transaction.view), transaction.user)
  const rows = 'rows' in answer ? [...answer.rows] : []
  transaction.cursors.set(name, { rows, position: 0, depth: transaction.savepoints.length })
  return { ...sql, expected: undefined }
}

/** Fetches from a cursor. It does not see changes made after it was opened. */
export function fetch(transaction: Transaction, connection: number, wanted: string, count: number): Sent {
  const name = transaction.cursors.has(wanted) ? wanted : ([...transaction.cursors.keys()][0] ?? wanted)
  const sql = { connection, text: `fetch ${count} from ${name}`, values: [] }
  const cursor = transaction.cursors.get(name)
  if (!cursor) {
    transaction.aborted = true
    return { ...sql, expected: { error: '34000' } }
  }
  const rows = cursor.rows.slice(cursor.position, cursor.position + count)
  cursor.position += rows.length
  return { ...sql, expected: { count: rows.length, rows } }
}

/** The store with its rows sorted by id. */
function inOrder(store: Store): Store {
  const sorted = TABLES.map((table) => {
    const rows = rowsIn(store, table).toSorted((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1))
    return [table, rows] as const
  })
  return { ...store, rows: new Map(sorted) }
}
