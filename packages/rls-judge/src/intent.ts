/**
 * The intent: who may do what. A project writes it by hand and never derives it from the database, because the
 * database's policies and grants are compared with it. An operation that is not listed must be refused. An object of
 * the database that is not listed is a failure.
 */
export interface Intent {
  /** The file that a person edits, for messages: `db/access.ts`. */
  file: string
  /** The default owner column: it contains the account to which a row belongs. */
  ownerColumn: string
  /** Every table of schema public. A table that refers to another comes after it. */
  tables: Readonly<Record<string, TableAccess>>
  /** Every view of schema public. */
  views?: Readonly<Record<string, ViewAccess>>
  /** Every function of the project's schemas, by name and argument types: `public.total(bigint,text)`. */
  functions: Readonly<Record<string, FunctionAccess>>
  /** Who has USAGE on each schema. No role of the API may create objects in a schema. */
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

/** Commands on rows. Only the owner of the database may truncate. */
export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const
export type Command = (typeof COMMANDS)[number]

/** To whom a row belongs. It determines the required policies. */
export type Rows<Column extends string = string> =
  | OwnedRows<Column>
  /** Every signed-in user may read every row; only the server may write. */
  | 'everybody'
  /** Only the server may read and write. There is no policy. */
  | 'server'

export interface OwnedRows<Column extends string = string> {
  /** The column that differs between people: the account, or the value that a rule looks up, such as an organisation. */
  owner: Column
  /**
   * SQL condition of the policies, true for the caller's own rows, if the owner column is not the account. Without it,
   * the policies compare the owner column with the caller's account.
   */
  rule?: string
  /** Last word of the policies' names, as in `projects_select_members`; default `own`. */
  named?: string
  /** Values, as SQL, that hide a row from its owners: a soft delete. */
  hidden?: Readonly<Partial<Record<Column, string>>>
}

/** Permissions on one table. A caller without identity may only read rows that everybody may read. */
export interface TableAccess<Column extends string = string> {
  /** Every column, in the order of the table. */
  columns: readonly Column[]
  /** To whom a row belongs; default: to the account in the intent's owner column. */
  rows?: Rows<NoInfer<Column>>
  /** What a signed-in user may do with its own rows; insert and update by column. */
  authenticated: {
    select?: true
    insert?: readonly NoInfer<Column>[]
    update?: readonly NoInfer<Column>[]
    delete?: true
  }
  /** What the server may do with all rows. */
  service_role: readonly Command[]
  /** SQL of a valid value, for columns whose check refuses the default test value of their type. */
  examples?: Partial<Record<NoInfer<Column>, string>>
  /** An identity column. Its numbers reveal to users who add rows how many rows others added. */
  identity?: NoInfer<Column>
  /** The table is partitioned. No role of the API has a privilege on a partition. */
  partitioned?: true
}

/** Permissions on one view, which must be `security_invoker`. It is read-only. */
export interface ViewAccess {
  columns: readonly string[]
  /** The table whose rows it shows. The view has that table's key and owner column under the same names. */
  of: string
  select: readonly ApiRole[]
}

/** Permissions on one function. Every function has `set search_path = pg_catalog, pg_temp`. */
export interface FunctionAccess {
  execute: readonly ApiRole[]
  /** `definer` runs with the rights of the owner of the database, past row level security. */
  security: 'invoker' | 'definer'
}

/** To whom a table's rows belong; the default is the intent's owner column. */
export function rowsOf(intent: Intent, { rows }: TableAccess): Rows {
  return rows ?? { owner: intent.ownerColumn }
}

/** The owner column of a table; undefined if its rows have no owner. */
export function ownerOf(intent: Intent, table: TableAccess): string | undefined {
  const rows = rowsOf(intent, table)
  return typeof rows === 'string' ? undefined : rows.owner
}
