import pg from 'pg'
import type { Verdict } from '../check.ts'
import { anchorText } from '../matrix/values.ts'
import { expectCode, expectEqual } from '../session.ts'
import type { Stage } from '../stage.ts'

/** Data visible to a session other than rows: system columns, other sessions, sequences, large objects, notifications. */
export async function* session(
  client: pg.Client,
  { intent, platform, shapes, fixtures: { seeds }, bob, attempt }: Stage,
): AsyncGenerator<Verdict> {
  for (const shape of shapes) {
    if (shape.rows === 'everybody') continue
    const his = anchorText(shape, seeds.bob)
    const { rows } = await attempt(
      bob,
      `select ctid, xmin, ${pg.escapeIdentifier(shape.anchor.name)} as anchor from ${shape.table}`,
    )
    yield expectEqual(
      `${shape.name}: system columns are shown of the caller's own rows only`,
      rows.filter(({ anchor }) => String(anchor) !== his),
      [],
    )
  }
  const queries = await attempt(
    bob,
    "select query from pg_stat_activity where query not in ('', '<insufficient privilege>')",
  )
  yield expectEqual('pg_stat_activity shows no statements of other sessions', queries.rows, [])
  const addresses = await attempt(
    bob,
    'select from pg_stat_activity where client_addr is not null or backend_start is not null',
  )
  yield expectEqual('pg_stat_activity shows no addresses of other sessions', addresses.code, '0')

  const ours = Object.keys(intent.schemas).filter((schema) => !platform.schemas.includes(schema))
  const counted = Object.values(intent.tables).filter(({ identity }) => identity !== undefined)
  const { rows: sequences } = await client.query(SEQUENCES, [ours, counted.map(({ identity }) => identity)])
  yield expectEqual('no sequence reveals how many rows others wrote', sequences, [])

  const { rows: object } = await client.query<{ oid: number }>(
    "select lo_from_bytea(0, 'of the owner') as oid",
  )
  const oid = object[0]?.oid
  yield expectCode(
    'a large object of the owner cannot be read',
    await attempt(bob, `select lo_get(${oid})`),
    '42501',
  )
  yield expectCode(
    'a large object of the owner cannot be written',
    await attempt(bob, `select lo_put(${oid}, 0, 'x')`),
    '42501',
  )
  yield expectCode(
    'a large object of the owner cannot be removed',
    await attempt(bob, `select lo_unlink(${oid})`),
    '42501',
  )
  yield expectCode(
    'files of the server cannot be read into a large object',
    await attempt(bob, "select lo_import('/etc/passwd')"),
    '42501',
  )
  yield expectCode(
    'the pages of large objects cannot be read',
    await attempt(bob, 'select from pg_largeobject'),
    '42501',
  )
  await client.query('select lo_unlink($1)', [oid])

  const { rows: notifying } = await client.query<{ name: string }>(
    `select p.oid::regprocedure::text as name from pg_proc p
     join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = any ($1) and prosrc ~* 'notify'`,
    [ours],
  )
  yield expectEqual(
    'no function of the product sends notifications, which every session can hear',
    notifying,
    [],
  )
}

// Except the sequences of identity columns that the intent lists.
const SEQUENCES = `
  select relname
  from pg_class s
  join pg_namespace n on n.oid = s.relnamespace
  where s.relkind = 'S'
    and n.nspname = any ($1)
    and not exists (
      select from pg_depend d
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype = 'i' and a.attname = any ($2)
    )
`
