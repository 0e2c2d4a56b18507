/** Names of the project: tables, roles and packages. The engine has none of its own. */
export interface ContractSettings {
  /** The schema that the types describe. */
  schema: string
  /** Roles whose privileges are published. */
  roles: readonly string[]
  /** The role of signed-in users, one of `roles`: the zod schemas hold what it may write. */
  user: string
  /** Defaults that name the caller, as PostgreSQL prints them: the zod schemas leave such columns to the database. */
  callerDefaults: readonly string[]
  /** The column that holds the account whose row it is, by table: of the tables whose every row is one account's. */
  owners: Readonly<Record<string, string>>
  /** Names that the package exports besides the generated ones: no generated type takes one. */
  reserved: readonly string[]
  /**
   * Other names for TypeScript, where two would be the same: by `table`, `function`, `type` or `table.column`, the name
   * that types are named after instead.
   */
  names: Readonly<Record<string, string>>
  /** The command that makes the files, for their first line. */
  command: string
  /** Folder of the files that every package has: `support` beside this engine's sources. */
  support: string
}
