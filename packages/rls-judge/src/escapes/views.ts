import pg from 'pg'
import { TABLES } from '../../../../db/access.ts'
import type { Verdict } from '../check.ts'
import type { Actor } from '../matrix/actors.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import { attempt, expectCode, expectEqual } from '../session.ts'

/** A caller's own views and rules read as the caller; and nobody's view of another role lets the caller through. */
export async function* views(client: pg.Client, { ids }: Fixtures, bob: Actor): AsyncGenerator<Verdict> {
  for (const table of Object.keys(TABLES)) {
    const name = pg.escapeIdentifier(table)
    for (const options of [
      '',
      'with (security_invoker)',
      'with (security_barrier)',
      'with (security_invoker = false)',
    ]) {
      const outcome = await attempt(
        client,
        bob,
        `create view pg_temp.rows ${options} as select user_id from public.${name}`,
        'select user_id from pg_temp.rows',
      )
      yield expectEqual(
        `a caller's own view ${options} of ${table} shows the caller's rows`,
        outcome.rows.filter(({ user_id }) => user_id !== ids.bob),
        [],
      )
      yield expectCode(`a caller's own view ${options} of ${table} works`, outcome, '1')
    }
    yield expectEqual(
      `a table made from ${table} holds the caller's rows`,
      (
        await attempt(
          client,
          bob,
          `create temp table copied as select user_id from public.${name}`,
          `select user_id from copied where user_id <> '${ids.bob}'`,
        )
      ).rows,
      [],
    )
    yield expectEqual(
      `a function that returns ${table} as XML or JSON shows the caller's rows`,
      (
        await attempt(
          client,
          bob,
          `select 1 from (select table_to_xml('public.${name}', true, false, '')::text as text) s where text like '%${ids.ada}%'`,
        )
      ).code,
      '0',
    )
  }
}
