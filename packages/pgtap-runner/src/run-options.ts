/** Options of a run. Only `files` is required. */
export type RunOptions = {
  /** Files, folders (every .sql and .pg below) and globs. */
  readonly files: readonly string[]
  /** postgres:// URL. Default: DATABASE_URL, else the PG* variables. */
  readonly url?: string | undefined
  /** Connections used at once. Default: the number of cores. */
  readonly jobs?: number | undefined
  /**
   * `rollback` (default): each file runs in a transaction that is always rolled back.
   * `clone`: each file gets a copy of the database; needs CREATEDB and no other session on the database.
   */
  readonly isolation?: 'rollback' | 'clone' | undefined
  /** Loads pgTAP for the run if the database has none, and removes it afterwards. */
  readonly installPgtap?: boolean | undefined
  /** Only files whose name matches. */
  readonly filter?: RegExp | undefined
  /** Stop starting files after this many failed. */
  readonly bail?: number | undefined
  /** Per file, in milliseconds. Default: none. */
  readonly timeoutMs?: number | undefined
  /** Seed of the order of files. Default: the order of `files`. */
  readonly shuffle?: number | undefined
  /** psql variables, as `--set`. */
  readonly variables?: Readonly<Record<string, string>> | undefined
  /** Folders that `\i`, `\ir` and `\copy` may read, in addition to the working directory and those of `files`. */
  readonly roots?: readonly string[] | undefined
  /** Working directory; default: that of the process. */
  readonly cwd?: string | undefined
  /** Ends the run early: statements are cancelled on the server, clones and pgTAP removed. */
  readonly signal?: AbortSignal | undefined
}
