import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { TABLES } from '../../db/access.ts'
import type { Part, Verdict } from './check.ts'
import { listActors } from './matrix/actors.ts'
import { type Fixtures, makeFixtures } from './matrix/fixtures.ts'
import { readShapes, type Shape, stockValue } from './matrix/shapes.ts'
import { attempt, become, type Caller, expectCode, expectEqual, type Outcome } from './session.ts'

/** Ways to learn of another user's rows without reading them. */
export const channels: Part = {
  file: 'tests/isolation/channels.ts',
  async *run(client) {
    const shapes = await readShapes(client)
    const fixtures = await makeFixtures(client, shapes)
    const bob = listActors(fixtures.ids).find(({ name }) => name === 'bob')
    if (!bob) throw new Error('no actor bob')
    for (const shape of shapes) yield* sameErrors(client, shape, fixtures, bob)
    yield* leakyFunctions(client, fixtures, bob)
    yield* statistics(client, fixtures, bob)
    yield* session(client, fixtures, bob)
    yield* search(client, fixtures, bob)
  },
}

const SECRET = 'xyzzy'

/** What bob tries on ada's row gives the same answer, word for word, as on a row or an account that is not there. */
async function* sameErrors(
  client: pg.Client,
  shape: Shape,
  { ids, rows }: Fixtures,
  bob: Caller,
): AsyncGenerator<Verdict> {
  const absent = { row: randomUUID(), account: randomUUID() }
  const table = `public.${pg.escapeIdentifier(shape.name)}`
  const statement = (id: string, owner: string, wrong: boolean) => {
    const columns = shape.columns.filter(
      (column) => column.required || ['id', 'user_id'].includes(column.name),
    )
    const values = columns.map((column) =>
      wrong && column.type === 'text' && column.name !== 'id'
        ? "''"
        : stockValue(shape, column, { id: `'${id}'`, owner: `'${owner}'`, n: 3 }),
    )
    return `insert into ${table} (${columns.map((column) => pg.escapeIdentifier(column.name)).join(', ')}) values (${values.join(', ')})`
  }
  const column = pg.escapeIdentifier(shape.access.authenticated.update?.[0] ?? 'id')
  const pairs: Record<string, (id: string, owner: string) => string> = {
    'insert as her': (id, owner) => statement(id, owner, false),
    'insert as her, breaking a check': (id, owner) => statement(id, owner, true),
    'insert as her on conflict do nothing': (id, owner) =>
      `${statement(id, owner, false)} on conflict do nothing`,
    'insert with her id': (id) => statement(id, ids.bob, false),
    'insert with her id on conflict': (id) => `${statement(id, ids.bob, false)} on conflict do nothing`,
    'select by id': (id) => `select * from ${table} where id = '${id}'`,
    'select for update': (id) => `select * from ${table} where id = '${id}' for update`,
    'select for update nowait by account': (_, owner) =>
      `select * from ${table} where user_id = '${owner}' for update nowait`,
    'update by id': (id) => `update ${table} set ${column} = ${column} where id = '${id}'`,
    'update to a null by id': (id) => `update ${table} set ${column} = null where id = '${id}'`,
    'delete by id': (id) => `delete from ${table} where id = '${id}'`,
    'delete by account': (_, owner) => `delete from ${table} where user_id = '${owner}'`,
  }
  for (const [form, make] of Object.entries(pairs)) {
    const hers = await attempt(client, bob, make(rows.ada, ids.ada))
    const none = await attempt(client, bob, make(absent.row, absent.account))
    yield expectEqual(
      `${shape.name}, ${form}: the answer is the same whether her row exists or not`,
      answer(hers, rows.ada, ids.ada),
      answer(none, absent.row, absent.account),
    )
  }
}

/** What the caller gets to see, with the ids that it sent itself taken out. */
function answer({ code, message, detail, constraint, rows }: Outcome, id: string, account: string): unknown {
  const withoutIds = (text: string) => text.replaceAll(id, 'ID').replaceAll(account, 'ACCOUNT')
  return { code, message: withoutIds(message), detail: withoutIds(detail), constraint, rows: rows.length }
}

/** A function in a WHERE clause that tells its argument must not be given another user's values. */
async function* leakyFunctions(client: pg.Client, { ids }: Fixtures, bob: Caller): AsyncGenerator<Verdict> {
  await client.query('savepoint leaky')
  await client.query('update public.documents set filename = $1, content_text = $1 where user_id = $2', [
    SECRET,
    ids.ada,
  ])
  await client.query("update public.documents set filename = '7', content_text = '7' where user_id = $1", [
    ids.bob,
  ])
  await become(client, bob)
  await client.query(`
    create function pg_temp.tell(value text) returns boolean language plpgsql immutable cost 0.0000001
    as $$ begin raise notice 'told: %', value; return true; end $$;
    create function pg_temp.tell(a text, b text) returns boolean language plpgsql immutable cost 0.0000001
    as $$ begin raise notice 'told: % %', a, b; return true; end $$;
    create operator pg_temp.<<< (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = scalarltsel);
    create operator pg_temp.=== (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = eqsel, join = eqjoinsel);
    create view pg_temp.all_documents as select * from public.documents;
  `)
  const predicates = {
    'a cheap function that tells its argument': 'pg_temp.tell(filename)',
    'an operator that tells its arguments': "filename operator(pg_temp.<<<) 'z'",
    'a cast that quotes what it cannot read': 'filename::integer > 0',
    'a division by zero': `1 / (case when filename = '${SECRET}' then 0 else 1 end) = 1`,
    'an XML parser that quotes what it cannot read': "filename = '7' or filename::jsonb is not null",
    'a regular expression from the row': "'x' ~ ('(' || filename || ')') or true",
    'a subquery': '(select pg_temp.tell(filename))',
    'a whole row': 'pg_temp.tell(documents::text)',
    'a having clause': 'true group by filename having pg_temp.tell(filename)',
  }
  for (const [what, predicate] of Object.entries(predicates)) {
    const { outcome, heard } = await listen(client, () =>
      attempt(client, bob, `select from public.documents where ${predicate}`),
    )
    yield expectEqual(
      `in a WHERE clause, ${what}, sees only the caller's rows`,
      mentions([outcome.message, outcome.detail, ...heard]),
      [],
    )
    yield expectCode(`in a WHERE clause, ${what}, finds the caller's row`, outcome, '1')
  }
  await client.query('rollback to savepoint leaky; release savepoint leaky')
}

/** CVE-2017-7484, CVE-2019-10130, CVE-2025-8713: statistics hold samples of everybody's values. */
async function* statistics(client: pg.Client, { ids, rows }: Fixtures, bob: Caller): AsyncGenerator<Verdict> {
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

/** What a session shows beside rows: system columns, other sessions, sequences, large objects, notifications. */
async function* session(client: pg.Client, { ids }: Fixtures, bob: Caller): AsyncGenerator<Verdict> {
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

/** What search answers depends on the caller's own documents alone. */
async function* search(client: pg.Client, { ids }: Fixtures, bob: Caller): AsyncGenerator<Verdict> {
  await client.query('savepoint search')
  await client.query(
    `with added as (
       insert into public.documents (user_id, filename, file_type, file_size, content_text)
       select $1, 'ship ' || n, 'text', n, repeat('oak ', n) || 'ship' from generate_series(1, 3) n
       returning user_id, id, content_text
     )
     insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, content_text from added`,
    [ids.bob],
  )
  const ask = async () => ({
    documents: (await attempt(client, bob, "select * from public.search_documents('oak or ship')")).rows,
    chunks: (await attempt(client, bob, "select * from public.search_chunks('oak or ship')")).rows,
  })
  const before = await ask()
  await client.query(
    `with added as (
       insert into public.documents (user_id, filename, file_type, file_size, content_text)
       select $1, 'oak ship', 'text', n, '${SECRET} oak ship oak ship ' || n from generate_series(1, 100) n
       returning user_id, id, content_text
     )
     insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, content_text from added`,
    [ids.ada],
  )
  const after = await ask()
  yield expectEqual("search finds the caller's three documents", before.documents.length, 3)
  yield expectEqual("search finds the caller's three chunks", before.chunks.length, 3)
  yield expectEqual('results, ranks and headlines do not depend on documents of others', after, before)

  const odd = [
    SECRET,
    `"${SECRET}`,
    `${SECRET}:*`,
    '((',
    ':*',
    "'",
    "\\'",
    '%',
    'a'.repeat(5000),
    `<-> ${SECRET}`,
    'NaN',
    '𝔵'.repeat(3000),
  ]
  for (const name of ['public.search_documents', 'public.search_chunks']) {
    for (const query of odd) {
      const { outcome, heard } = await listen(client, () =>
        attempt(client, bob, `select * from ${name}(${pg.escapeLiteral(query)})`),
      )
      const said = [outcome.message, outcome.detail, JSON.stringify(outcome.rows), ...heard]
      yield expectEqual(
        `${name} for ${query.slice(0, 12)}: neither error nor result quotes a document of another`,
        mentions(said.map((text) => text.replaceAll(query, ''))),
        [],
      )
    }
  }
  await client.query('rollback to savepoint search; release savepoint search')
}

/** Runs a statement and collects the server's notices. */
async function listen(
  client: pg.Client,
  work: () => Promise<Outcome>,
): Promise<{ outcome: Outcome; heard: string[] }> {
  const heard: string[] = []
  const hear = ({ message }: { message?: string | undefined }) => heard.push(message ?? '')
  client.on('notice', hear)
  try {
    return { outcome: await work(), heard }
  } finally {
    client.off('notice', hear)
  }
}

/** The texts that hold what only ada wrote. */
function mentions(texts: readonly string[]): string[] {
  return texts.filter((text) => text.includes(SECRET))
}
