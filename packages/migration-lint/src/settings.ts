/** Facts about a project that the rules need. PUBLIC is written `public`. */
export interface Settings {
  /** Roles of callers without an identity: a grant to them is a grant to everybody. */
  everybody: readonly string[]
  /** Roles with the privileges of users, including the roles in `everybody`. */
  users: readonly string[]
  /** Roles that get privileges on new objects, by default privileges or from PostgreSQL itself. */
  granted: readonly string[]
  /** User-written columns, outside of keys, on which the planner may keep statistics. */
  sampled: readonly string[]
  /** Digits of a version. */
  versionDigits: number
  /** The schema of names that are written without one. */
  defaultSchema: string
  /** The distribution column of the tables in Citus; if undefined, the rules for a distributed database are off. */
  distributedBy?: string
}
