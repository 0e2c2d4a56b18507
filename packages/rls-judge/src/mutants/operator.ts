import type pg from 'pg'
import { asParameter, SCOPE_ROW, type Scope } from './scope.ts'

/** One small way to weaken or break the schema. */
export interface Mutant {
  /** The kind of change. */
  operator: string
  /** What is changed, in catalog terms; together with the operator, the name of the mutant. */
  subject: string
  /** The objects that it changes, named as in objects.ts. */
  objects: readonly string[]
  sql: string
  /** SQL that reverts a change of the whole server. Other changes are dropped with the clone. */
  undo?: string
}

/** Creates mutants from the catalog of a migrated database. */
export interface Operator {
  name: string
  mutants: (client: pg.Client, scope: Scope) => Promise<Mutant[]>
}

interface MutantRow {
  subject: string
  object: string
  also?: string
  sql: string
  undo?: string
}

/**
 * An operator whose mutants are rows of a query: `subject`, `object`, `sql`; `also` if a second object is changed,
 * `undo` if the object belongs to the server. The query can read the row `scope` (scope.ts).
 */
export function fromQuery(name: string, query: string): Operator {
  return {
    name,
    mutants: async (client, scope) => {
      const rows = await select<MutantRow>(client, scope, query)
      return rows
        .map(({ subject, object, also, sql, undo }) => ({
          operator: name,
          subject,
          objects: also ? [object, also] : [object],
          sql,
          ...(undo ? { undo } : {}),
        }))
        .toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
    },
  }
}

/** Rows of a query that can read the row `scope`. */
export async function select<Row extends object>(
  client: pg.Client,
  scope: Scope,
  query: string,
): Promise<Row[]> {
  const { rows } = await client.query<Row>(`${SCOPE_ROW}\n${query}`, [asParameter(scope)])
  return rows
}

/** Name of a mutant, unique and the same in every run. */
export function nameOf({ operator, subject }: Mutant): string {
  return `${operator}: ${subject}`
}
