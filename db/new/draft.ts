/** The files of a change, before they are written. */
export interface Draft {
  /** Migrations in their order: what follows the given name, and their text. */
  migrations: readonly { suffix?: string; text: string }[]
  /** The pgTAP test of a table's access, by its path from the root. */
  test?: { path: string; text: string }
  /** The new text of db/access.ts. */
  access?: string
}
