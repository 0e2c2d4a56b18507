/**
 * The intent: who may do what. A project writes it by hand and never derives it from the database, whose policies and
 * grants are judged by it. Whatever is not listed is refused, and what the database has beside it fails.
 */
export interface Intent {
  /** The file that a person edits, for messages: `db/access.ts`. */
  file: string
  /** The default owner column: it says to whom a row belongs. */
  ownerColumn: string
  /** Every table of schema public. A table that refers to another comes after it. */
  tables: Readonly<Record<string, TableAccess>>
  /** Every view of schema public. */
  views?: Readonly<Record<string, ViewAccess>>
  /** Every function of the project's schemas, by name and argument types: `public.total(bigint,text)`. */
  functions: Readonly<Record<string, FunctionAccess>>
  /** Who has USAGE on each schema. No role of the API may create objects in any. */
  schemas: Readonly<Record<string, readonly (ApiRole | 'public')[]>>
  /** Types of the project's schemas, with their schema: enums, domains, composite types. */
  types?: readonly string[]
  /**
   * Columns outside of keys of which the planner may keep statistics. EXPLAIN reveals row estimates to every caller, so
   * keep no statistics on user-written columns.
   */
  sampled: readonly string[]
}

/** The roles of the API, as Supabase names them. `authenticator` is its login and has no privileges of its own. */
export const API_ROLES = ['anon', 'authenticated', 'service_role', 'authenticator'] as const
export const LOGIN = 'authenticator'
export type ApiRole = (typeof API_ROLES)[number]

/** What can be done with rows. Nobody but the owner of the database truncates. */
export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const
export type Command = (typeof COMMANDS)[number]

/** To whom a row belongs. It decides what the policies must say. */
export type Rows<Column extends string = string> =
  | OwnedRows<Column>
  /** Every signed-in user reads every row, and nobody but the server writes one. */
  | 'everybody'
  /** The server alone reads and writes. There is no policy. */
  | 'server'

export interface OwnedRows<Column extends string = string> {
  /** Rows of two people differ in this column: their accounts, or what a rule looks up, such as an organisation. */
  owner: Column
  /**
   * SQL of the policies where the owner column is not the account: true for the caller's own rows. Without it, the
   * policies compare the owner column with the caller's account.
   */
  rule?: string
  /** Last word of the policies' names, as in `projects_select_members`; default `own`. */
  named?: string
  /** Values, as SQL, that hide a row from its owners: a soft delete. */
  hidden?: Readonly<Partial<Record<Column, string>>>
}

/** What is allowed on one table. A caller without identity may only read what everybody may read. */
export interface TableAccess<Column extends string = string> {
  /** Every column, in the order of the table. */
  columns: readonly Column[]
  /** To whom a row belongs; default: to the account in the intent's owner column. */
  rows?: Rows<NoInfer<Column>>
  /** What a signed-in user may do with its own rows, by column where the command has columns. */
  authenticated: {
    select?: true
    insert?: readonly NoInfer<Column>[]
    update?: readonly NoInfer<Column>[]
    delete?: true
  }
  /** What the server may do with anybody's rows. */
  service_role: readonly Command[]
  /** SQL of a valid value for columns whose check refuses the stock value of their type; tests insert it. */
  examples?: Partial<Record<NoInfer<Column>, string>>
  /** An identity column. Its numbers tell users who add rows how many rows others added. */
  identity?: NoInfer<Column>
  /** The table is partitioned. No role of the API has a privilege on a partition. */
  partitioned?: true
}

/** What is allowed on one view, which must be `security_invoker`. Nobody writes through it. */
export interface ViewAccess {
  columns: readonly string[]
  /** The table whose rows it shows, with that table's key and owner column under the same names. */
  of: string
  select: readonly ApiRole[]
}

/** What is allowed on one function. Every function has `set search_path = pg_catalog, pg_temp`. */
export interface FunctionAccess {
  execute: readonly ApiRole[]
  /** `definer` runs with the rights of the owner of the database, past row level security. */
  security: 'invoker' | 'definer'
}

/** To whom a table's rows belong, with the default of the intent. */
export function rowsOf(intent: Intent, { rows }: TableAccess): Rows {
  return rows ?? { owner: intent.ownerColumn }
}

/** The owner column of a table, where its rows belong to somebody. */
export function ownerOf(intent: Intent, table: TableAccess): string | undefined {
  const rows = rowsOf(intent, table)
  return typeof rows === 'string' ? undefined : rows.owner
}
