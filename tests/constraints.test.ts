import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

/** A row that every constraint accepts. `user_id` is added to it. */
const GOOD: Record<string, Record<string, unknown>> = {
  user_profiles: { name: 'Ada' },
  documents: { filename: 'a.md', file_type: 'text/markdown', file_size: 1 },
  document_chunks: { chunk_index: 0, content: 'text' },
  agent_requests: { agent_type: 'summary', content: 'text' },
  agent_sessions: {},
  usage_events: { event_type: 'request' },
}

/** Table, column, a value that must be refused, and the constraint that refuses it. */
const REFUSED: readonly [table: string, column: string, value: unknown, constraint: string][] = [
  ['user_profiles', 'name', '', 'user_profiles_name_check'],
  ['user_profiles', 'name', 'x'.repeat(201), 'user_profiles_name_check'],
  ['user_profiles', 'plan_type', 'gold', 'user_profiles_plan_type_check'],
  ['user_profiles', 'usage_count', -1, 'user_profiles_usage_count_check'],
  ['user_profiles', 'subscription_status', 'ACTIVE', 'user_profiles_subscription_status_check'],
  ['documents', 'filename', '', 'documents_filename_check'],
  ['documents', 'filename', 'x'.repeat(256), 'documents_filename_check'],
  ['documents', 'file_type', '', 'documents_file_type_check'],
  ['documents', 'file_type', 'x'.repeat(101), 'documents_file_type_check'],
  ['documents', 'file_size', -1, 'documents_file_size_check'],
  ['documents', 'processing_status', 'done', 'documents_processing_status_check'],
  ['documents', 'content_text', 'x'.repeat(10_485_761), 'documents_content_text_check'],
  ['documents', 'storage_path', '', 'documents_storage_path_check'],
  ['documents', 'storage_path', 'x'.repeat(1025), 'documents_storage_path_check'],
  ['document_chunks', 'chunk_index', -1, 'document_chunks_chunk_index_check'],
  ['document_chunks', 'content', '', 'document_chunks_content_check'],
  ['document_chunks', 'content', 'x'.repeat(10_485_761), 'document_chunks_content_check'],
  ['document_chunks', 'section_title', '', 'document_chunks_section_title_check'],
  ['document_chunks', 'section_title', 'x'.repeat(1001), 'document_chunks_section_title_check'],
  ['agent_requests', 'agent_type', '', 'agent_requests_agent_type_check'],
  ['agent_requests', 'agent_type', 'x'.repeat(101), 'agent_requests_agent_type_check'],
  ['agent_requests', 'content', '', 'agent_requests_content_check'],
  ['agent_requests', 'content', 'x'.repeat(100_001), 'agent_requests_content_check'],
  ['agent_requests', 'status', 'unknown', 'agent_requests_status_check'],
  ['agent_requests', 'progress', 101, 'agent_requests_progress_check'],
  ['agent_requests', 'progress', -1, 'agent_requests_progress_check'],
  ['agent_requests', 'token_cost', -1, 'agent_requests_token_cost_check'],
  ['agent_sessions', 'request_chain', '{}', 'agent_sessions_request_chain_check'],
  ['agent_sessions', 'request_chain', '"a"', 'agent_sessions_request_chain_check'],
  ['agent_sessions', 'request_chain', 'null', 'agent_sessions_request_chain_check'],
  ['agent_sessions', 'context_state', '[]', 'agent_sessions_context_state_check'],
  ['agent_sessions', 'context_state', 'null', 'agent_sessions_context_state_check'],
  ['usage_events', 'event_type', '', 'usage_events_event_type_check'],
  ['usage_events', 'event_type', 'x'.repeat(101), 'usage_events_event_type_check'],
  ['usage_events', 'tokens_used', -1, 'usage_events_tokens_used_check'],
  ['usage_events', 'cost', -0.000001, 'usage_events_cost_check'],
  ['usage_events', 'cost', 'NaN', 'usage_events_cost_check'],
  ['usage_events', 'metadata', '[]', 'usage_events_metadata_check'],
]

/** The last values that are still accepted. */
const ACCEPTED: readonly [table: string, column: string, value: unknown][] = [
  ['user_profiles', 'name', null],
  ['user_profiles', 'name', '🦉'.repeat(200)],
  ['user_profiles', 'plan_type', 'enterprise'],
  ['user_profiles', 'subscription_status', 'past_due'],
  ['documents', 'filename', '🦉'.repeat(255)],
  ['documents', 'file_size', 0],
  ['documents', 'file_size', '9223372036854775807'],
  ['documents', 'content_text', ''],
  ['documents', 'processing_status', 'failed'],
  ['document_chunks', 'section_title', 'x'.repeat(1000)],
  ['agent_requests', 'progress', 0],
  ['agent_requests', 'progress', 100],
  ['agent_requests', 'status', 'cancelled'],
  ['agent_sessions', 'request_chain', '[{}]'],
  ['usage_events', 'cost', '999999.999999'],
]

for (const [table, column, value, constraint] of REFUSED) {
  test(`${table}.${column} cannot be ${shown(value)}`, async () => {
    const refusal = await insert(table, column, value).then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.ok(refusal instanceof pg.DatabaseError, 'the row was accepted')
    assert.deepEqual([refusal.code, refusal.constraint], ['23514', constraint])
  })
}

for (const [table, column, value] of ACCEPTED) {
  test(`${table}.${column} can be ${shown(value)}`, async () => {
    assert.equal(await insert(table, column, value), 1)
  })
}

test('every check constraint of the database is tested here', async () => {
  const { rows } = await database().owner.query<{ conname: string }>(
    "select conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace",
  )
  const tested = new Set(REFUSED.map(([, , , constraint]) => constraint))
  assert.deepEqual(rows.map((row) => row.conname).sort(), [...tested].sort())
})

test('a user gets the constraint’s name too, and nothing is written', async () => {
  const userId = await database().signUp()
  await assert.rejects(
    database().as({ userId }, (client) =>
      client.query(
        "insert into public.documents (filename, file_type, file_size) values ('', 'text/plain', 1)",
      ),
    ),
    { code: '23514', constraint: 'documents_filename_check' },
  )
  const { rowCount } = await database().owner.query('select from public.documents where user_id = $1', [
    userId,
  ])
  assert.equal(rowCount, 0)
})

/** Inserts a good row but for one column, as the owner: whom no grant and no policy stops before the constraint. */
async function insert(table: string, column: string, value: unknown): Promise<number | null> {
  const userId = await database().signUp()
  const { owner } = database()
  const row: Record<string, unknown> = { ...GOOD[table], user_id: userId, [column]: value }
  if (table === 'user_profiles')
    await owner.query('delete from public.user_profiles where user_id = $1', [userId])
  if (table === 'document_chunks') {
    const { rows } = await owner.query<{ id: string }>(
      "insert into public.documents (user_id, filename, file_type, file_size) values ($1, 'a.md', 'text/markdown', 1) returning id",
      [userId],
    )
    row.document_id = rows[0]?.id
  }
  const columns = Object.keys(row)
  const { rowCount } = await owner.query(
    `insert into public.${pg.escapeIdentifier(table)} (${columns.map(pg.escapeIdentifier).join(', ')})
     values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  )
  return rowCount
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 30 ? `${[...text].slice(0, 8).join('')}… (${[...text].length - 2} characters)` : text
}
