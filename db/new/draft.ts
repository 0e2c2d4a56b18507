/** The files of a change, before they are written. */
export interface Draft {
  /** Migrations in order: the suffix of the name, and the text. */
  migrations: readonly { suffix?: string; text: string }[]
  /** The pgTAP test of a table's access, with its path relative to the root. */
  test?: { path: string; text: string }
  /** The new text of db/access.ts. */
  access?: string
}
