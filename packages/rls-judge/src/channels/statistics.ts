import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { TABLES } from '../../../../db/access.ts'
import type { Verdict } from '../check.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import type { Caller } from '../session.ts'
import { attempt, become, expectCode, expectEqual } from '../session.ts'
import { listen, mentions, SECRET } from './listen.ts'

/** CVE-2017-7484, CVE-2019-10130, CVE-2025-8713: statistics hold samples of everybody's values. */
export async function* statistics(
  client: pg.Client,
  { ids, rows }: Fixtures,
  bob: Caller,
): AsyncGenerator<Verdict> {
  await client.query('savepoint statistics')
  await client.query(
    `insert into public.documents (user_id, filename, file_type, file_size, content_text)
     select $1, case when n % 2 = 0 then $2 else $2 || n end, 'text', n, $2 from generate_series(1, 200) n`,
    [ids.ada, SECRET],
  )
  const tables = Object.keys(TABLES).map((table) => `public.${pg.escapeIdentifier(table)}`)
  // On a fresh database. Elsewhere the server samples by itself, and a test leaves its counts alone.
  const { rows: fresh } = await client.query<{ name: string }>(
    'select oid::regclass::text as name from pg_class where oid = any ($1::regclass[]) and reltuples < 0',
    [tables],
  )
  for (const { name } of fresh) await client.query(`analyze ${name}`)
  for (const [view, condition] of [
    ['pg_stats', 'tablename = any ($1)'],
    ['pg_stats_ext', 'tablename = any ($1)'],
    ['pg_stats_ext_exprs', 'tablename = any ($1)'],
  ] as const) {
    await client.query('savepoint reading')
    await become(client, bob)
    const { rowCount } = await client.query(
      `select from ${view} where schemaname = 'public' and ${condition}`,
      [Object.keys(TABLES)],
    )
    await client.query('rollback to savepoint reading')
    yield expectEqual(`${view} shows nothing of tables under row level security`, rowCount, 0)
  }
  for (const catalog of ['pg_statistic', 'pg_statistic_ext_data']) {
    yield expectCode(`${catalog} is closed`, await attempt(client, bob, `select from ${catalog}`), '42501')
  }
  await become(client, bob)
  await client.query(`
    create function pg_temp.tell(a text, b text) returns boolean language plpgsql immutable
    as $$ begin raise notice 'told: % %', a, b; return true; end $$;
    create operator pg_temp.<<< (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = scalarltsel);
    create operator pg_temp.=== (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = eqsel, join = eqjoinsel);
    create view pg_temp.all_documents as select * from public.documents;
    create view pg_temp.barrier with (security_barrier) as select * from public.documents;
    create view pg_temp.invoker with (security_invoker) as select * from public.documents;
  `)
  for (const relation of [
    'public.documents',
    'pg_temp.all_documents',
    'pg_temp.barrier',
    'pg_temp.invoker',
  ]) {
    for (const predicate of ["filename operator(pg_temp.<<<) 'z'", "filename operator(pg_temp.===) 'z'"]) {
      const { outcome, heard } = await listen(client, () =>
        attempt(client, bob, `explain (format json) select from ${relation} where ${predicate}`),
      )
      yield expectEqual(
        `planning ${predicate} on ${relation} calls the operator with nobody's values`,
        mentions([...heard, JSON.stringify(outcome.rows)]),
        [],
      )
    }
  }
  const estimate = async (predicate: string) => {
    const { rows } = await attempt(
      client,
      bob,
      `explain (format json) select from public.documents where ${predicate}`,
    )
    return /"Plan Rows":(\d+)/.exec(JSON.stringify(rows))?.[1]
  }
  for (const [what, hers, none] of [
    ['a filename', `filename = '${SECRET}'`, "filename = 'no such file'"],
    ['an id', `id = '${rows.ada}'`, `id = '${randomUUID()}'`],
    ['a word', `search_vector @@ '${SECRET}'`, "search_vector @@ 'nowhere'"],
    ['a size', 'file_size < 100', 'file_size < -100'],
  ] as const) {
    yield expectEqual(
      `EXPLAIN expects as many rows for ${what} of another user as for one that is not there`,
      await estimate(hers),
      await estimate(none),
    )
  }
  await client.query('rollback to savepoint statistics; release savepoint statistics')
}
