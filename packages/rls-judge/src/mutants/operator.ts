import type pg from 'pg'

/** One small way to weaken or break the schema. */
export interface Mutant {
  /** What kind of change it is. */
  operator: string
  /** What is changed, in the catalog's words; with the operator it names the mutant. */
  subject: string
  sql: string
  /** For what belongs to the whole server: how to take it back. Everything else is dropped with its clone. */
  undo?: string
}

/** Makes mutants from the catalog of a migrated database. */
export interface Operator {
  name: string
  mutants: (client: pg.Client) => Promise<Mutant[]>
}

interface MutantRow {
  subject: string
  sql: string
  undo?: string
}

/** An operator whose mutants are rows of a query: `subject`, `sql`, and `undo` where it belongs to the server. */
export function fromQuery(name: string, query: string): Operator {
  return {
    name,
    mutants: async (client) => {
      const { rows } = await client.query<MutantRow>(query)
      return rows
        .map(({ subject, sql, undo }) => ({ operator: name, subject, sql, ...(undo ? { undo } : {}) }))
        .toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
    },
  }
}

/** Name of a mutant, unique and the same in every run. */
export function nameOf({ operator, subject }: Mutant): string {
  return `${operator}: ${subject}`
}
