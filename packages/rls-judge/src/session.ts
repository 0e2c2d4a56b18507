import type pg from 'pg'
import { becomeText } from 'postgres-kit/caller.ts'
import { codeOf, messageOf } from 'postgres-kit/failure.ts'
import type { Verdict } from './check.ts'
import { Ended, wasEnded } from './limit.ts'
import type { Actor } from './matrix/actors.ts'
import { matches } from './matrix/outcomes.ts'

/** The part of an actor that a session needs. */
export type Caller = Pick<Actor, 'role' | 'claims'>

/** The outcome of a statement: rows, or the error. */
export interface Outcome {
  /** Row count as text, or the SQLSTATE. */
  code: string
  rows: Record<string, unknown>[]
  message: string
  detail: string
  constraint: string
}

/** Makes the rest of the transaction run as this caller. */
export async function become(client: pg.Client, caller: Caller): Promise<void> {
  await client.query(becomeText(caller))
}

/** The existing roles among these that the client's login may not become. */
export async function cannotBecome(client: pg.Client, roles: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ role: string }>(
    `select role from unnest($1::text[]) role
     where exists (select from pg_roles where rolname = role)
       and not pg_has_role(session_user, role, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)`,
    [roles],
  )
  return rows.map(({ role }) => role)
}

/** Runs statements as a caller, one protocol message each, and rolls them back. Returns the outcome of the last one. */
export async function attempt(client: pg.Client, caller: Caller, ...statements: string[]): Promise<Outcome> {
  await client.query(`savepoint attempt; ${becomeText(caller)}`)
  try {
    return await outcomeOf(client, statements)
  } finally {
    await client.query('rollback to savepoint attempt; release savepoint attempt')
  }
}

async function outcomeOf(client: pg.Client, statements: readonly string[]): Promise<Outcome> {
  let current = ''
  try {
    let last: pg.QueryResult | undefined
    for (current of statements) last = await client.query(current)
    const rows: Record<string, unknown>[] = last?.rows ?? []
    return { code: String(last?.rowCount ?? 0), rows, message: '', detail: '', constraint: '' }
  } catch (error) {
    if (wasEnded(error, current)) throw new Ended(current)
    return {
      code: codeOf(error) ?? 'no SQLSTATE',
      rows: [],
      message: messageOf(error),
      detail: text(error, 'detail'),
      constraint: text(error, 'constraint'),
    }
  }
}

function text(error: unknown, field: 'detail' | 'constraint'): string {
  const value = typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined
  return typeof value === 'string' ? value : ''
}

/** A verdict on one outcome: its row count or SQLSTATE must be this. */
export function expectCode(name: string, outcome: Outcome, want: string): Verdict {
  if (matches(outcome.code, want)) return { name }
  return { name, diagnosis: `have: ${outcome.code} ${outcome.message}\nwant: ${want}` }
}

/** A verdict on two values, compared as JSON. */
export function expectEqual(name: string, have: unknown, want: unknown): Verdict {
  const [left, right] = [JSON.stringify(have), JSON.stringify(want)]
  return left === right ? { name } : { name, diagnosis: `have: ${left}\nwant: ${right}` }
}
