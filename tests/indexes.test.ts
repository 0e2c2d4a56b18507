import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type pg from 'pg'
import { become, callerOf } from 'postgres-kit/caller.ts'
import { type TestDatabase, useTestDatabase } from './support/database.ts'

const ROWS = 10_000

type Work = (client: pg.ClientBase) => Promise<unknown>

/** A node of EXPLAIN (FORMAT JSON). */
interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: PlanNode[]
}

for (const owners of [20, 1]) {
  describe(`at ${ROWS} rows of ${owners === 1 ? 'one user' : `${owners} users`}`, () => {
    const users: string[] = []
    const database = useTestDatabase(async ({ owner, signUp }) => {
      for (let n = 0; n < owners; n++) users.push(await signUp())
      await fill(owner, users)
    })
    const explain = (sql: string, values: unknown[] = []) => explainAs(database(), users[0], sql, values)
    const nestedPlans = (work: Work) => nestedPlansAs(database(), users[0], work)
    const anyId = async (table: string) => {
      const { rows } = await database().owner.query<{ id: string }>(
        `select id from public.${table} where user_id = $1 order by id limit 1`,
        [users[0]],
      )
      return rows[0]?.id ?? ''
    }

    test('the rows exist', async () => {
      const { rows } = await database().owner.query(
        `select (select count(*)::int from public.documents) as documents,
              (select count(*)::int from public.document_chunks) as chunks,
              (select count(*)::int from public.usage_events) as events`,
      )
      assert.deepEqual(rows, [{ documents: ROWS, chunks: ROWS, events: ROWS }])
    })

    const LISTS = ['documents', 'agent_requests', 'agent_sessions', 'usage_events'] as const
    for (const table of LISTS) {
      test(`a page of a user's ${table} is read from the index, in order and without a sort`, async () => {
        const plan = await explain(
          `select id, created_at from public.${table} order by created_at desc, id desc limit 20`,
        )
        assert.deepEqual(scans(plan), [`Index Scan ${table}_user_id_created_at_idx`])
        assert.deepEqual(sorts(plan), [])
      })

      test(`the next page of a user's ${table} is as well`, async () => {
        const plan = await explain(
          `select id, created_at from public.${table} where (created_at, id) < ($1, $2) order by created_at desc, id desc limit 20`,
          [new Date(), '00000000-0000-0000-0000-000000000000'],
        )
        assert.deepEqual(scans(plan), [`Index Scan ${table}_user_id_created_at_idx`])
        assert.deepEqual(sorts(plan), [])
      })
    }

    test('one document is read by its key', async () => {
      const plan = await explain('select filename from public.documents where id = $1', [
        await anyId('documents'),
      ])
      assert.deepEqual(scans(plan), ['Index Scan documents_pkey'])
    })

    test("a document's chunks are read from the index, in order and without a sort", async () => {
      const plan = await explain(
        'select chunk_index, content from public.document_chunks where document_id = $1 order by chunk_index',
        [await anyId('documents')],
      )
      assert.deepEqual(scans(plan), ['Index Scan document_chunks_user_id_document_id_chunk_index_key'])
      assert.deepEqual(sorts(plan), [])
    })

    test('deleting a document finds its chunks by the index', async () => {
      const nested = await nestedPlans(async (client) => {
        await client.query('delete from public.documents where id = $1', [await anyId('documents')])
      })
      const cascade = nested.filter((text) => /DELETE FROM ONLY "public"."document_chunks"/.test(text))
      assert.equal(cascade.length, 1)
      assert.match(cascade[0] ?? '', /Index Scan using document_chunks_user_id_document_id_chunk_index_key/)
      assert.doesNotMatch(cascade[0] ?? '', /Seq Scan/)
    })

    for (const [search, table] of [
      ['search_documents', 'documents'],
      ['search_chunks', 'document_chunks'],
    ] as const) {
      test(`${search} uses the composite GIN index and the primary key, on every call`, async () => {
        // From the sixth call on, PL/pgSQL may use a generic plan, which must also use the indexes.
        for (let call = 0; call < 8; call++) {
          const nested = await nestedPlans((client) =>
            client.query(`select id from public.${search}('rare${call}')`),
          )
          const gates = nested.filter(
            (text) => text.includes(` on public.${table}`) || text.includes(` on ${table}`),
          )
          assert.equal(gates.length, 2, nested.join('\n\n'))
          const all = gates.join('\n')
          assert.match(all, new RegExp(`Bitmap Index Scan on ${table}_user_id_search_vector_idx`))
          assert.match(all, /Index Cond: \(\(user_id = [^)]*\) AND \(search_vector @@ /)
          assert.match(all, new RegExp(`Index Scan using ${table}_pkey`))
          assert.doesNotMatch(all, /Seq Scan/)
        }
      })
    }

    test('without its index, the plan of a page scans and sorts', async () => {
      const { owner } = database()
      await owner.query('drop index public.usage_events_user_id_created_at_idx')
      try {
        const plan = await explain(
          'select id from public.usage_events order by created_at desc, id desc limit 20',
        )
        assert.notDeepEqual(scans(plan), ['Index Scan usage_events_user_id_created_at_idx'])
        assert.notDeepEqual(sorts(plan), [])
      } finally {
        await owner.query(
          'create index usage_events_user_id_created_at_idx on public.usage_events (user_id, created_at desc, id desc)',
        )
      }
    })
  })
}

/** The plan of a query as one of the users, under row level security. */
async function explainAs(
  database: TestDatabase,
  userId: string | undefined,
  sql: string,
  values: unknown[],
): Promise<PlanNode> {
  assert.ok(userId)
  return database.as({ userId }, async (client) => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (format json, costs off) ${sql}`,
      values,
    )
    const plan = rows[0]?.['QUERY PLAN'][0].Plan
    assert.ok(plan)
    return plan
  })
}

/** Plans of all statements inside functions and triggers that `work` runs as one of the users. */
async function nestedPlansAs(
  database: TestDatabase,
  userId: string | undefined,
  work: Work,
): Promise<string[]> {
  assert.ok(userId)
  const plans: string[] = []
  const client = await database.owner.connect()
  const listen = (notice: { message: string | undefined }) => plans.push(notice.message ?? '')
  try {
    await client.query("load 'auto_explain'")
    await client.query('begin')
    for (const setting of ['log_nested_statements = on', 'log_min_duration = 0', 'log_level = notice']) {
      await client.query(`set local auto_explain.${setting}`)
    }
    await become(client, callerOf('authenticated', userId))
    client.on('notice', listen)
    await work(client)
    return plans
  } finally {
    client.off('notice', listen)
    await client.query('rollback')
    client.release(true)
  }
}

function nodes(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)]
}

function scans(plan: PlanNode): string[] {
  return nodes(plan)
    .filter((node) => node['Relation Name'] !== undefined)
    .map(
      (node) =>
        `${node['Node Type'].replace('Index Only', 'Index')} ${node['Index Name'] ?? node['Relation Name']}`,
    )
}

function sorts(plan: PlanNode): string[] {
  return nodes(plan)
    .map((node) => node['Node Type'])
    .filter((type) => type.includes('Sort'))
}

/** Inserts ROWS rows into every table, spread evenly over the users. */
async function fill(owner: pg.Pool, userIds: readonly string[]): Promise<void> {
  const each = 'from unnest($1::uuid[]) with ordinality as owners (user_id, u), generate_series(1, $2) as n'
  const values = [userIds, ROWS / userIds.length]
  await owner.query(
    `insert into public.documents (user_id, filename, file_type, file_size, content_text, created_at)
     select user_id, 'file' || n, 'text/markdown', n, 'word rare' || n % 100 || ' of document ' || n, now() - n * interval '1 minute' ${each}`,
    values,
  )
  await owner.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, first_value(id) over (partition by user_id, place / 10 order by place), place % 10, content_text
     from (select *, row_number() over (partition by user_id order by id) - 1 as place from public.documents) as numbered`,
  )
  await owner.query(
    `insert into public.agent_requests (user_id, agent_type, content, created_at)
     select user_id, 'summary', 'text', now() - n * interval '1 minute' ${each}`,
    values,
  )
  await owner.query(
    `insert into public.agent_sessions (user_id, created_at) select user_id, now() - n * interval '1 minute' ${each}`,
    values,
  )
  await owner.query(
    `insert into public.usage_events (user_id, event_type, created_at)
     select user_id, 'request', now() - n * interval '1 minute' ${each}`,
    values,
  )
  // As autovacuum does a little later: statistics, and the pending entries of the GIN index.
  await owner.query('vacuum (analyze)')
}
