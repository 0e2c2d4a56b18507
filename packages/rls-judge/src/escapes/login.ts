import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Actor } from '../matrix/actors.ts'
import { expectCode, expectEqual } from '../session.ts'
import type { Stage } from '../stage.ts'

/** The API's login can become its three roles and no other. Needs a superuser connection, which can act as the login. */
export async function* login(client: pg.Client, { platform, attempt }: Stage): AsyncGenerator<Verdict> {
  const { rows } = await client.query<{ superuser: boolean; owner: string }>(
    'select rolsuper as superuser, quote_ident(current_user) as owner from pg_roles where rolname = current_user',
  )
  if (!rows[0]?.superuser) return
  const as = (role: string, ...statements: string[]) => [
    'set local session authorization authenticator',
    `set local role ${role}`,
    ...statements,
  ]
  const nobody = { role: 'none' as Actor['role'], claims: '' }
  for (const role of [
    rows[0].owner,
    'pg_read_all_data',
    'pg_write_all_data',
    'pg_execute_server_program',
    'pg_read_server_files',
    'pg_monitor',
    'pg_signal_backend',
  ]) {
    for (const from of ['none', 'authenticated', 'service_role']) {
      yield expectCode(
        `the login as ${from} cannot become ${role}`,
        await attempt(nobody, ...as(from, `set local role ${role}`)),
        '42501',
      )
    }
  }
  for (const role of ['anon', 'authenticated', 'service_role']) {
    yield expectCode(`the login can become ${role}`, await attempt(nobody, ...as(role, 'select 1')), '1')
  }
  // A known limit, which the documentation states: arbitrary SQL has the power of the login.
  yield expectCode(
    'known limit: arbitrary SQL can leave the role of the transaction',
    await attempt(nobody, ...as('authenticated', 'set local role service_role', 'select 1')),
    '1',
  )
  const stranger = randomUUID()
  const claimed = await attempt(
    nobody,
    ...as(
      'authenticated',
      `select set_config('request.jwt.claims', '{"sub": "${stranger}"}', true)`,
      `select ${platform.identity} as identity`,
    ),
  )
  yield expectEqual('known limit: arbitrary SQL can claim any identity', claimed.rows, [
    { identity: stranger },
  ])
}
