import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { codeOf } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { findScratch } from '../../db/scratch.ts'
import type { Target } from '../../db/target.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { LONG, sampled } from '../support/long.ts'
import { type FuzzResult, fuzz } from './fuzz.ts'

let target: Target

before(async () => {
  target = await findScratch()
})

/** Fuzzes a fresh database after applying the SQL. */
async function fuzzed(sql: string, statements: number): Promise<FuzzResult> {
  return withThrowawayDatabase(target.owner, async (owner) => {
    await execute(owner, sql)
    return fuzz({ owner, app: withDatabase(target.app, owner.database), seed: 1, statements })
  })
}

async function execute(database: ConnectionString, sql: string): Promise<void> {
  await withOwnerClient(database, async (client) => {
    await client.query(sql)
  })
}

/** The users' statements of a script, without its setup. */
function statementsOf(script: string): string[] {
  return script
    .split('\n')
    .filter((line) =>
      /^(select|insert into public\.\w+ as|update|delete|merge|with|fetch|truncate)\b/.test(line),
    )
    .filter((line) => !line.startsWith('select set_config'))
}

// In addition to this file, `make test` compares 5,000 statements with the same seed.
test('the database and the model agree, and the same seed gives the same statements', async () => {
  const statements = LONG ? 1_500 : 300
  const [one, two] = [await fuzzed('select 1', statements), await fuzzed('select 1', statements)]
  assert.equal(one.difference?.script, undefined)
  assert.ok(one.statements >= statements)
  assert.deepEqual(one, two)
})

// Each weakens the schema in a way that a careless migration might.
const WEAKENED: Readonly<Record<string, string>> = {
  'a select policy that is true for everybody':
    'alter policy documents_select_own on public.documents using (true)',
  'an insert policy that is always true':
    'alter policy documents_insert_own on public.documents with check (true)',
  'delete and select policies that are true for everybody':
    'alter policy agent_sessions_delete_own on public.agent_sessions using (true); alter policy agent_sessions_select_own on public.agent_sessions using (true)',
  'disabled row level security': 'alter table public.document_chunks disable row level security',
  'a plan that users can change': 'grant update (plan_type) on public.user_profiles to authenticated',
  'a first gate of search without its owner filter': `create or replace function private.find_chunks(terms tsquery, max_results integer)
    returns table (id uuid, rank real) language sql stable security definer set search_path = ''
    as $$ select c.id, pg_catalog.ts_rank(c.search_vector, terms) from public.document_chunks c where c.search_vector @@ terms limit max_results $$`,
  'a unique key across users':
    'alter table public.usage_events drop constraint usage_events_pkey, add primary key (id)',
  'a table that anon may read': 'grant select on public.agent_requests to anon',
  'a dropped check': 'alter table public.documents drop constraint documents_file_size_check',
  'documents that are kept when their account is deleted':
    'alter table public.documents drop constraint documents_user_id_fkey',
}

for (const [what, sql] of sampled(Object.entries(WEAKENED))) {
  test(`the fuzz finds ${what}, and shrinks it`, async (t) => {
    const { difference, statements } = await fuzzed(sql, 10_000)
    assert.ok(difference, `not found in ${statements} statements`)
    t.diagnostic(`${statementsOf(difference.script).length} statements in the script`)
    t.diagnostic(difference.script)
    assert.ok(statementsOf(difference.script).length <= 4, difference.script)
  })
}

test('the printed script reproduces the difference', async () => {
  const weaken = 'alter policy documents_select_own on public.documents using (true)'
  const { difference } = await fuzzed(weaken, 5_000)
  assert.ok(difference)
  const script = difference.script
  const outcomes = ['select 1', weaken].map((sql) =>
    withThrowawayDatabase(target.owner, async (owner) => {
      await execute(owner, sql)
      return lastAnswer(owner, script)
    }),
  )
  const [sound, weakened] = await Promise.all(outcomes)
  assert.notEqual(weakened, sound)
})

/** The answer of a script's last statement, as text. */
async function lastAnswer(database: ConnectionString, script: string): Promise<string> {
  return withOwnerClient(database, async (client) => {
    try {
      const results: unknown = await client.query(script)
      assert.ok(Array.isArray(results))
      return JSON.stringify(results.at(-1))
    } catch (error) {
      return String(codeOf(error))
    }
  })
}
