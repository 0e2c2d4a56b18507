import { slug } from './address.ts'
import type { Command } from './model.ts'

/** One statement that a test tries, and the expected outcome. */
export interface Attempt {
  table: string
  role: string
  /** Who tries it: `ada`, `nobody: no claims`. */
  actor: string
  /** Undefined if it neither reads nor writes rows, such as a change of the table's owner. */
  command: Command | undefined
  /** Its columns; empty if it is about whole rows. */
  columns: readonly string[]
  /** In words: `update orders.total returning, the row of bob`. */
  form: string
  /** `1 row`, `SQLSTATE 42501` */
  expected: string
}

/** The tests of a schema: the statements that are tried, and files with further tests. */
export interface Evidence {
  attempts: readonly Attempt[]
  /** Test files about a table, with the page of each. */
  files: (table: string) => readonly { path: string; page: string }[]
}

/** The attempts of one cell of the matrix: those of its column, or of the whole command. */
export function attemptsOf(
  evidence: Evidence,
  cell: { table: string; role: string; command: Command; column?: string | undefined },
): Attempt[] {
  const { column } = cell
  const tries = indexOf(evidence).get(placeOf(cell)) ?? []
  return column === undefined ? tries : tries.filter(({ columns }) => columns.includes(column))
}

const indexes = new WeakMap<Evidence, Map<string, Attempt[]>>()

/** An index by table, role and command, because there are tens of thousands of attempts. */
function indexOf(evidence: Evidence): Map<string, Attempt[]> {
  const known = indexes.get(evidence)
  if (known) return known
  const index = new Map<string, Attempt[]>()
  for (const attempt of evidence.attempts) {
    const place = placeOf(attempt)
    const tries = index.get(place)
    if (tries) tries.push(attempt)
    else index.set(place, [attempt])
  }
  indexes.set(evidence, index)
  return index
}

function placeOf({ table, role, command }: Pick<Attempt, 'table' | 'role' | 'command'>): string {
  return JSON.stringify([table, role, command])
}

/** The anchor of a role and a command on the page of a table's tests. */
export function attemptsAnchor(role: string, command: Command | undefined): string {
  return `${slug(role)}-${command ?? 'other'}`
}
