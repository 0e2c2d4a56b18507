import { EventEmitter } from 'node:events'
import type pg from 'pg'
import { becomeText } from 'postgres-kit/caller.ts'
import { codeOf, messageOf } from 'postgres-kit/failure.ts'
import type { Verdict } from './check.ts'
import { Ended, wasEnded } from './limit.ts'
import type { Actor } from './matrix/actors.ts'
import { matches } from './matrix/outcomes.ts'
import type { Transport } from './transport.ts'

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
export type Attempt = (caller: Caller, ...statements: string[]) => Promise<Outcome>

/** Attempts on one connection. */
export function attemptsOn(client: pg.Client, { enter, undo }: Pick<Transport, 'enter' | 'undo'>): Attempt {
  return async (caller, ...statements) => {
    try {
      for (const text of enter(caller)) await client.query(text)
      return await outcomeOf(client, statements)
    } finally {
      await client.query(undo)
    }
  }
}

async function outcomeOf(client: pg.Client, statements: readonly string[]): Promise<Outcome> {
  let current = ''
  let copied = 0
  const stopCounting = countCopied(client, (lines) => {
    copied += lines
  })
  try {
    let last: pg.QueryResult | undefined
    for (current of statements) {
      copied = 0
      last = await client.query(current)
    }
    const rows: Record<string, unknown>[] = last?.rows ?? []
    const count = copied > 0 ? copied : (last?.rowCount ?? 0)
    return { code: String(count), rows, message: '', detail: '', constraint: '' }
  } catch (error) {
    if (wasEnded(error, current)) throw new Ended(current)
    return {
      code: codeOf(error) ?? 'no SQLSTATE',
      rows: [],
      message: messageOf(error),
      detail: text(error, 'detail'),
      constraint: text(error, 'constraint'),
    }
  } finally {
    stopCounting()
  }
}

/** Counts the lines of COPY TO: a distributed database does not say how many rows it sent. */
function countCopied(client: pg.Client, add: (lines: number) => void): () => void {
  const connection: unknown = Reflect.get(client, 'connection')
  if (!(connection instanceof EventEmitter)) return () => {}
  const count = ({ chunk }: { chunk: Buffer }) => add(chunk.toString().split('\n').length - 1)
  connection.on('copyData', count)
  return () => connection.off('copyData', count)
}

function text(error: unknown, field: 'detail' | 'constraint'): string {
  const value = typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined
  return typeof value === 'string' ? value : ''
}

/** A verdict on one outcome: its row count or SQLSTATE must be this. */
export function expectCode(name: string, outcome: Outcome, want: string): Verdict {
  if (matches(outcome.code, want)) return { name }
  return { name, diagnosis: `have: ${outcome.code} ${outcome.message}\nwant: ${want}`, code: outcome.code }
}

/** A verdict on two values, compared as JSON. */
export function expectEqual(name: string, have: unknown, want: unknown): Verdict {
  const [left, right] = [JSON.stringify(have), JSON.stringify(want)]
  return left === right ? { name } : { name, diagnosis: `have: ${left}\nwant: ${right}` }
}
