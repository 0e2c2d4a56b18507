/** Whose row a statement is about; `nobody`: a row that does not exist; `hidden`: Ada's row that she may not see. */
export type Target = 'ada' | 'bob' | 'nobody' | 'hidden'

/** Privileges that a statement needs, in addition to `select`. */
export interface Need {
  insert?: readonly string[]
  update?: readonly string[]
  /** `select … for update` needs the update privilege on any column. */
  updateAny?: true
  delete?: true
  /** No column is read, so the select privilege is not needed. */
  writeOnly?: true
}

/** A statement and the privileges that it needs. */
export interface Form {
  form: string
  need: Need
  sql: string
  /** The simplest form of a command. Every actor tries these. */
  plain?: true
  /** The row gets a new key from its sequence, which rows that refer to it may prevent. */
  moves?: true
}

export interface InsertStatement extends Form {
  /** The row exists already: nothing is inserted, and this is the row count. */
  existing?: '0' | '1'
  /** The values come from a query on the row of `owner`. */
  fromQuery?: true
}
