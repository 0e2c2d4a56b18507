/** Whose row a statement is about; nobody's is a row that does not exist, `hidden` one that Ada may not see either. */
export type Target = 'ada' | 'bob' | 'nobody' | 'hidden'

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

/** A statement, and what it needs. */
export interface Form {
  form: string
  need: Need
  sql: string
  /** A command and what it is about, with nothing around it. Every actor tries these. */
  plain?: true
  /** The row gets another key from its sequence: rows that refer to it may forbid that. */
  moves?: true
}

export interface InsertStatement extends Form {
  /** The row is there already: nothing is added, and these many rows count. */
  existing?: '0' | '1'
  /** Rows come from a query about the row of `owner`. */
  fromQuery?: true
}
