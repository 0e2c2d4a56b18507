import { TABLES as ACCESS } from '../../db/access.ts'

/** Tables of the product, as the fuzz fills them. */
export const TABLES = [
  'user_profiles',
  'documents',
  'document_chunks',
  'agent_requests',
  'agent_sessions',
  'usage_events',
] as const
export type TableName = (typeof TABLES)[number]

/** A value as PostgreSQL writes it as text; null is SQL's null. */
export type Value = string | null

/** What the fuzz puts into a column, and what the product promises of it. */
export interface Column {
  type: 'uuid' | 'text' | 'integer' | 'bigint' | 'numeric' | 'jsonb'
  /** Values that the product accepts. */
  good: readonly Value[]
  /** Values that it must refuse (SQLSTATE 23514). */
  bad: readonly string[]
  /** What a row has when nothing was given; undefined: a value must be given (SQLSTATE 23502). */
  ifOmitted: Value | undefined
}

/** Words that English text search neither drops nor changes. */
export const WORDS = ['alpha', 'bravo', 'delta', 'gamma', 'omega'] as const

const phrases = [...WORDS, 'alpha bravo', 'gamma delta', 'omega alpha']
const objects = ['{}', '{"k": 1}', '{"k": "alpha"}']

/** The same few identifiers for every user, so that rows of several users share theirs. */
export const IDS: readonly string[] = Array.from(
  { length: 4 },
  (_, n) => `0000000${n}-0000-4000-8000-000000000000`,
)

const text = (good: readonly Value[], bad: readonly string[], ifOmitted?: Value): Column => ({
  type: 'text',
  good,
  bad,
  ifOmitted,
})
const id: Column = { type: 'uuid', good: IDS, bad: [], ifOmitted: undefined }
const count = (type: 'integer' | 'bigint', ifOmitted?: Value): Column => ({
  type,
  good: ['0', '1', '2', '3'],
  bad: ['-1'],
  ifOmitted,
})
const json = (good: readonly string[], bad: readonly string[], ifOmitted: string): Column => ({
  type: 'jsonb',
  good,
  bad,
  ifOmitted,
})

/** Columns by table, without user_id and the timestamps. A profile has no id that the fuzz could know. */
export const COLUMNS: Readonly<Record<TableName, Readonly<Record<string, Column>>>> = {
  user_profiles: {
    name: text([...phrases, null], [''], null),
    plan_type: text(['free', 'pro'], ['gratis'], 'free'),
    usage_count: count('integer', '0'),
    subscription_status: text(['inactive', 'active'], ['unknown'], 'inactive'),
  },
  documents: {
    id,
    filename: text(phrases, ['']),
    file_type: text(['pdf', 'txt'], ['']),
    file_size: count('bigint'),
    processing_status: text(['pending', 'completed'], ['done'], 'pending'),
    content_text: text([...phrases, null], [], null),
    storage_path: text(['a/b', null], [''], null),
  },
  document_chunks: {
    id,
    document_id: id,
    chunk_index: count('integer'),
    content: text(phrases, ['']),
    section_title: text([...WORDS, null], [''], null),
  },
  agent_requests: {
    id,
    agent_type: text(['search', 'write'], ['']),
    content: text(phrases, ['']),
    status: text(['pending', 'cancelled'], ['gone'], 'pending'),
    progress: { ...count('integer', '0'), bad: ['-1', '101'] },
    results: { type: 'jsonb', good: [...objects, null], bad: [], ifOmitted: null },
    token_cost: count('integer', '0'),
  },
  agent_sessions: {
    id,
    request_chain: json(['[]', '[1]', '["alpha"]'], ['{}', '1'], '[]'),
    context_state: json(objects, ['[]', 'true'], '{}'),
  },
  usage_events: {
    id,
    event_type: text(phrases, ['']),
    tokens_used: count('integer', '0'),
    cost: { type: 'numeric', good: ['0.000000', '1.250000'], bad: ['-1', 'NaN'], ifOmitted: '0.000000' },
    metadata: json(objects, ['[]'], '{}'),
  },
}

/** The column whose words a predicate looks at. */
export const WORD_COLUMN: Readonly<Record<TableName, string>> = {
  user_profiles: 'name',
  documents: 'content_text',
  document_chunks: 'content',
  agent_requests: 'content',
  agent_sessions: 'context_state',
  usage_events: 'event_type',
}

/** What a user may do to their own rows; nobody may do anything to another's. */
export interface Rights {
  insert: readonly string[]
  update: readonly string[]
  delete: boolean
}

/** The intent, which is written by hand and in one place. */
export const RIGHTS: Readonly<Record<TableName, Rights>> = {
  user_profiles: rightsOn('user_profiles'),
  documents: rightsOn('documents'),
  document_chunks: rightsOn('document_chunks'),
  agent_requests: rightsOn('agent_requests'),
  agent_sessions: rightsOn('agent_sessions'),
  usage_events: rightsOn('usage_events'),
}

function rightsOn(table: TableName): Rights {
  const allowed = ACCESS[table]?.authenticated
  return {
    insert: allowed?.insert ?? [],
    update: allowed?.update ?? [],
    delete: allowed?.delete === true,
  }
}
