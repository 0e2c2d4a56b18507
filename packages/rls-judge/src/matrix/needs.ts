/** Whose row a statement is about; nobody's is a row that does not exist. */
export const TARGETS = ['ada', 'bob', 'nobody'] as const
export type Target = (typeof TARGETS)[number]

/** Privileges that a statement needs, beside `select`. */
export interface Need {
  insert?: readonly string[]
  update?: readonly string[]
  /** `select … for update` needs the right to update any one column. */
  updateAny?: true
  delete?: true
  /** No column is read: the right to select is not needed. */
  writeOnly?: true
}

export interface InsertStatement {
  form: string
  sql: string
  need: Need
  /** The row is there already: nothing is added, and these many rows count. */
  existing?: '0' | '1'
  /** Rows come from a query about the row of `owner`. */
  fromQuery?: true
}
