import pg from 'pg'
import { TABLES } from '../../../../db/access.ts'
import type { Verdict } from '../check.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import type { Caller } from '../session.ts'
import { attempt, expectCode, expectEqual } from '../session.ts'

/** What a session shows beside rows: system columns, other sessions, sequences, large objects, notifications. */
export async function* session(client: pg.Client, { ids }: Fixtures, bob: Caller): AsyncGenerator<Verdict> {
  for (const table of Object.keys(TABLES)) {
    const { rows } = await attempt(
      client,
      bob,
      `select ctid, xmin, user_id from public.${pg.escapeIdentifier(table)}`,
    )
    yield expectEqual(
      `${table}: system columns are shown of the caller's own rows only`,
      rows.filter(({ user_id }) => user_id !== ids.bob),
      [],
    )
  }
  const queries = await attempt(
    client,
    bob,
    "select query from pg_stat_activity where query not in ('', '<insufficient privilege>')",
  )
  yield expectEqual("pg_stat_activity shows nobody's statements", queries.rows, [])
  const addresses = await attempt(
    client,
    bob,
    'select from pg_stat_activity where client_addr is not null or backend_start is not null',
  )
  yield expectEqual("pg_stat_activity shows nobody's address", addresses.code, '0')

  const { rows: sequences } = await client.query(
    "select relname from pg_class where relkind = 'S' and relnamespace in ('public'::regnamespace, 'private'::regnamespace)",
  )
  yield expectEqual('no sequence counts what others write', sequences, [])

  await client.query('savepoint object')
  const { rows: object } = await client.query<{ oid: number }>(
    "select lo_from_bytea(0, 'of the owner') as oid",
  )
  const oid = object[0]?.oid
  yield expectCode(
    'a large object of the owner cannot be read',
    await attempt(client, bob, `select lo_get(${oid})`),
    '42501',
  )
  yield expectCode(
    'a large object of the owner cannot be written',
    await attempt(client, bob, `select lo_put(${oid}, 0, 'x')`),
    '42501',
  )
  yield expectCode(
    'a large object of the owner cannot be removed',
    await attempt(client, bob, `select lo_unlink(${oid})`),
    '42501',
  )
  yield expectCode(
    'files of the server cannot be read into a large object',
    await attempt(client, bob, "select lo_import('/etc/passwd')"),
    '42501',
  )
  yield expectCode(
    'the pages of large objects cannot be read',
    await attempt(client, bob, 'select from pg_largeobject'),
    '42501',
  )
  await client.query('rollback to savepoint object; release savepoint object')

  const { rows: notifying } = await client.query<{ name: string }>(
    `select oid::regprocedure::text as name from pg_proc
     where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and prosrc ~* 'notify'`,
  )
  yield expectEqual(
    'no function of the product sends notifications, which every session can hear',
    notifying,
    [],
  )
}
