/** What the rules must know of a project. PUBLIC is written `public`. */
export interface Settings {
  /** Roles of callers without an identity: what they get, everybody gets. */
  everybody: readonly string[]
  /** Roles that hold what users may do, those of everybody included. */
  users: readonly string[]
  /** Roles that default privileges or PostgreSQL itself give rights on what is new. */
  granted: readonly string[]
  /** Columns outside of keys of which the planner may keep statistics though users write them. */
  sampled: readonly string[]
  /** Digits of a version. */
  versionDigits: number
  /** Roles and functions without a schema are looked for here. */
  defaultSchema: string
  /** The column by which Citus distributes the tables; without it, the rules for a distributed database are off. */
  distributedBy?: string
}
