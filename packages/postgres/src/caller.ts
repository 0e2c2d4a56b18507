import pg from 'pg'
import { inTransaction } from './transaction.ts'

/**
 * Who a transaction acts as: a role and the claims of a token, set as PostgREST and Supabase set them.
 * https://docs.postgrest.org/en/stable/references/auth.html
 */
export interface Caller {
  role: string
  /** JSON text. Tests also pass malformed text. */
  claims: string
}

/** A caller whose claims contain the role and, if given, the account (`sub`). */
export function callerOf(role: string, sub?: string): Caller {
  return { role, claims: JSON.stringify({ sub, role }) }
}

/** SQL that makes the rest of the transaction act as a caller: $1 is the role, $2 the claims, both bound. */
export const BECOME = "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)"

/** Makes the rest of the transaction act as this caller. */
export async function become(client: pg.ClientBase, { role, claims }: Caller): Promise<void> {
  await client.query(BECOME, [role, claims])
}

/**
 * The same as text, for a message of several statements, which cannot bind values. It first resets the role, because the
 * previous caller may lack the privilege.
 */
export function becomeText({ role, claims }: Caller): string {
  return [
    'set local role none',
    `select pg_catalog.set_config('request.jwt.claims', ${pg.escapeLiteral(claims)}, true)`,
    `set local role ${pg.escapeIdentifier(role)}`,
  ].join('; ')
}

/** Runs `work` in a transaction as a caller. If it throws, the transaction is rolled back. */
export async function asCaller<T>(client: pg.ClientBase, caller: Caller, work: () => Promise<T>): Promise<T> {
  return inTransaction(client, async () => {
    await become(client, caller)
    return work()
  })
}
