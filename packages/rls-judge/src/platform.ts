import type pg from 'pg'
import { pgtapSchema } from 'pgtap-runner'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import type { Verdict } from './check.ts'
import type { ApiRole } from './intent.ts'
import type { Transport } from './transport.ts'

/** The subject of a check. For each, the platform lists its objects that are not in the intent. */
export type Aspect =
  | 'database privileges'
  | 'default privileges'
  | 'extensions'
  | 'memberships'
  | 'objects'
  | 'object owners'
  | 'owner members'
  | 'platform policies'
  | 'platform privileges'
  | 'powerful roles'
  | 'settings'
  | 'extension members'
  | 'subscriptions'

/** A fact of the platform that is not in the intent, with the reason. */
export interface Allowance {
  /** A line of the check. A string must be present; lines that match a pattern may be present. */
  line: string | RegExp
  reason: string
}

/** The platform: what a server has before the project's first migration. */
export interface Platform {
  name: string
  /** The table of accounts and its id column. */
  accounts: { schema: string; table: string; column: string }
  /** SQL that returns the caller's account id, or null: `auth.uid()`. */
  identity: string
  /** How policies write `identity`; default `(select …)`, which PostgreSQL evaluates once for each statement. */
  identityInPolicies?: string
  /** Attributes of the roles of the API. */
  roles: Readonly<Record<ApiRole, readonly string[]>>
  /** The table of applied migrations. Its owner ran them, and must own every object that they created. */
  ledger: string
  /** The platform's tables, and whether row level security is on. No role of the API has a privilege on them. */
  tables: Readonly<Record<string, { rls: boolean }>>
  /** Functions of the platform, by name and argument types, with the facts that must hold for each. */
  functions: Readonly<Record<string, readonly string[]>>
  /** Schemas of the platform, whose owner is not compared with the project's. */
  schemas: readonly string[]
  /** Schemas in which only the API's privileges, the policies and the functions listed above are compared, with the reason. */
  foreignSchemas: Readonly<Record<string, string>>
  /** Allowed objects in addition to the intent. A missing aspect allows nothing. */
  allowed: Readonly<Partial<Record<Aspect, readonly Allowance[]>>>
  /** Set where two roles cannot share a transaction: the suite then commits its rows, and removes them at the end. */
  wire?: Wire
}

/** A server on which every caller has a transaction of its own. */
export interface Wire {
  transport: Transport
  /** Refusals that the intent does not ask for. Each must be met in a run of all cells. */
  refusals: readonly Refusal[]
  /** Whether rows of two accounts are on one node, in one part of the table. Attacks there reach furthest. */
  neighbours?(client: pg.Client, table: string, one: string, other: string): Promise<boolean>
  /** Statements of a transaction after which EXPLAIN shows what every node would do. */
  explain?: readonly string[]
  /** A text of the server without the names that differ from statement to statement and depend on the statement alone. */
  plain(text: string): string
  /** The nodes that hold the rows. Callers do not reach them, but their catalogs decide too. */
  nodes?: Nodes
}

/** Nodes that hold parts of the tables. */
export interface Nodes {
  /** What every node has, in addition to the tables of the intent. */
  platform: Platform
  /** How the owner reaches each of them, from a connection to the database. */
  reach(client: pg.Client, database: ConnectionString): Promise<ConnectionString[]>
  /** Statements of a transaction after which the catalog shows the parts of tables, as `name_number`. */
  showParts: string
  /** Lines of a part that its table does not have. */
  allowed: readonly RegExp[]
}

/** Statements that the server refuses whoever sends them. */
export interface Refusal {
  /** Matches the form of a cell, such as `merge, insert orders.total`. */
  form: RegExp
  /** SQLSTATE. A refusal is never a number of rows. */
  code: string
  reason: string
}

/** The server whose catalog is compared. */
export interface Server {
  /** The role that ran the migrations and must own every object that they created. */
  owner: string
  database: string
}

/** PostgreSQL's own schemas. */
const SYSTEM_SCHEMAS = ['pg_catalog', 'information_schema', 'pg_toast']

/** The schema that pgTAP is loaded into for a run. */
export const PGTAP_SCHEMA = pgtapSchema

/** Schemas whose content is not compared with the intent. */
export function ignoredSchemas({ foreignSchemas }: Platform): string[] {
  return [...SYSTEM_SCHEMAS, ...Object.keys(foreignSchemas), PGTAP_SCHEMA]
}

export async function readServer(client: pg.Client, { ledger }: Platform): Promise<Server> {
  const { rows } = await client.query<Server>(
    `select
       coalesce((select pg_get_userbyid(relowner) from pg_class where oid = to_regclass($1)), current_user) as owner,
       current_database() as database`,
    [ledger],
  )
  const row = rows[0]
  if (!row) throw new Error('the server does not say which database this is')
  return row
}

/** Compares the lines of an aspect with those that the platform must have and may have. */
export function compareAllowed(
  name: string,
  actual: readonly string[],
  aspect: Aspect,
  { allowed }: Platform,
): Verdict {
  const allowances = allowed[aspect] ?? []
  const isAllowed = (text: string) =>
    allowances.some(({ line }) => (typeof line === 'string' ? line === text : line.test(text)))
  const lacks = allowances.flatMap(({ line }) =>
    typeof line === 'string' && !actual.includes(line) ? [line] : [],
  )
  const lines = [
    ...actual.filter((line) => !isAllowed(line)).map((line) => `should not be: ${line}`),
    ...lacks.map((line) => `missing:       ${line}`),
  ]
  return lines.length === 0 ? { name } : { name, diagnosis: lines.join('\n') }
}
