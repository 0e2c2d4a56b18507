import type { ApiRole } from './intent.ts'

/** What a check is about. Each takes what the platform has beside the intent as a list of allowances. */
export type Aspect =
  | 'database privileges'
  | 'default privileges'
  | 'extensions'
  | 'memberships'
  | 'objects'
  | 'object owners'
  | 'owner members'
  | 'powerful roles'
  | 'settings'
  | 'extension members'
  | 'subscriptions'

/** Something that the platform has and the intent does not mention, and why that is right. */
export interface Allowance {
  /** The line as the check says it, which must be there; a pattern is of lines that may be there. */
  line: string | RegExp
  reason: string
}

/** What lies under a project: what it finds on a server before its first migration. */
export interface Platform {
  name: string
  /** Where accounts are, and the column of their ids. */
  accounts: { schema: string; table: string; column: string }
  /** SQL that answers the caller's account id, null without one: `auth.uid()`. */
  identity: string
  /** Attributes of the roles of the API. */
  roles: Readonly<Record<ApiRole, readonly string[]>>
  /** The table of applied migrations. Its owner ran them, and must own everything they made. */
  ledger: string
  /** The platform's tables, and whether row level security is on. Nobody of the API may touch them. */
  tables: Readonly<Record<string, { rls: boolean }>>
  /** The platform's functions that are compared, by name and argument types, with what must be said of each. */
  functions: Readonly<Record<string, readonly string[]>>
  /** Schemas of the platform, whose owner is not compared with the project's. */
  schemas: readonly string[]
  /** Schemas whose content is not compared at all, each with the reason. */
  foreignSchemas: Readonly<Record<string, string>>
  /** What may be there beside the intent. An aspect that is missing here allows nothing. */
  allowed: Readonly<Partial<Record<Aspect, readonly Allowance[]>>>
}
