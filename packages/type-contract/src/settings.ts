/** The project's names of schemas, roles and packages. The engine contains none. */
export interface ContractSettings {
  /** The schema that the types describe. */
  schema: string
  /** Roles whose privileges are published. */
  roles: readonly string[]
  /** The role of signed-in users, one of `roles`. The zod schemas contain the columns that it may write. */
  user: string
  /** Default expressions that return the caller, as PostgreSQL prints them. The zod schemas omit such columns. */
  callerDefaults: readonly string[]
  /** The owner column by table, for tables in which every row belongs to one account. */
  owners: Readonly<Record<string, string>>
  /** Names that the package exports in addition to the generated ones. No generated type may use them. */
  reserved: readonly string[]
  /**
   * Replacement names for TypeScript, to resolve collisions: by `table`, `function`, `type` or `table.column`, the name
   * from which type names are derived.
   */
  names: Readonly<Record<string, string>>
  /** The command that generates the files, for their first line. */
  command: string
  /** Folder of the files that every package contains: `support` of this engine. */
  support: string
}
