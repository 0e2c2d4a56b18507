import { spawnSync } from 'node:child_process'
import { failed, usageError } from 'postgres-kit/failure.ts'
import type { TableAccess } from 'rls-judge/intent.ts'
import { inRoot } from '../paths.ts'

const TABLES_END = '  // make new adds tables above this line\n'
const FUNCTIONS_END = '  // make new adds functions above this line\n'

/** db/access.ts with one more table. */
export function addTable(source: string, entry: string): string {
  return above(source, TABLES_END, entry, 'TABLES')
}

/** db/access.ts with one more function. */
export function addFunction(source: string, entry: string): string {
  return above(source, FUNCTIONS_END, entry, 'FUNCTIONS')
}

/**
 * db/access.ts with one more column of a table: in its columns, and in the lists of columns that users may insert and
 * update, if there are such lists.
 *
 * @param access the current access of the table; the edit refuses a file with an entry in another form
 */
export function addColumn(source: string, table: string, column: string, access: TableAccess): string {
  const start = source.indexOf(`\n  ${table}: table({\n`)
  const end = source.indexOf('\n  }),\n', start)
  if (start < 0 || end < 0) throw unexpected(table, `it has no entry "${table}: table({ … })"`)
  const { insert, update } = access.authenticated
  let entry = source.slice(start, end)
  entry = extend(entry, table, 'columns', access.columns, column)
  if (insert) entry = extend(entry, table, 'insert', insert, column)
  if (update) entry = extend(entry, table, 'update', update, column)
  return source.slice(0, start) + entry + source.slice(end)
}

/** Adds a name to a list, if the list is written as expected. */
function extend(entry: string, table: string, list: string, names: readonly string[], added: string): string {
  const found = [...entry.matchAll(new RegExp(`\\b${list}: \\[([^\\]]*)\\]`, 'g'))]
  const [match, ...more] = found
  const written = match?.[1]?.split(',').flatMap((name) => name.trim() || [])
  const expected = names.map((name) => `'${name}'`)
  if (!match || more.length > 0 || written?.join() !== expected.join())
    throw unexpected(table, `its list "${list}" is not written as ['…', '…']`)
  return entry.replace(match[0], `${list}: [${[...expected, `'${added}'`].join(', ')}]`)
}

function unexpected(table: string, why: string): Error {
  return usageError(
    `cannot add to ${table} in db/access.ts: ${why}. Nothing was written; use EMPTY=1 and edit both by hand`,
  )
}

function above(source: string, marker: string, entry: string, what: string): string {
  if (source.split(marker).length !== 2)
    throw usageError(`db/access.ts lacks the line "${marker.trim()}": put it back at the end of ${what}`)
  return source.replace(marker, () => entry + marker)
}

/** The source as formatted by `make lint`. */
export function formatted(source: string): string {
  const { status, stdout, stderr } = spawnSync(
    inRoot('node_modules', '.bin', 'biome'),
    ['format', '--stdin-file-path=db/access.ts'],
    { cwd: inRoot(), input: source, encoding: 'utf8' },
  )
  if (status !== 0) throw failed(`biome cannot format db/access.ts as edited:\n${stderr}`)
  return stdout
}
