/**
 * The intent: who may do what. It is written by hand and never derived from the database, because `make test-rls`
 * compares the database's policies and grants with it. An operation that is not listed here must be refused. A table,
 * column or function of the database that is not listed fails the tests.
 */

import { COMMANDS, type FunctionAccess, type Intent, type TableAccess } from 'rls-judge/intent.ts'

/** The column with the row's owner. Every table has it. */
export const OWNER_COLUMN = 'user_id'

function table<const Column extends string>(access: TableAccess<Column>): TableAccess {
  return access
}

/** Every table of schema public. A table that refers to another comes after it. */
export const TABLES: Readonly<Record<string, TableAccess>> = {
  user_profiles: table({
    columns: [
      'id',
      'user_id',
      'name',
      'plan_type',
      'usage_count',
      'subscription_status',
      'created_at',
      'updated_at',
    ],
    authenticated: { select: true, update: ['name'] },
    service_role: COMMANDS,
  }),
  documents: table({
    columns: [
      'id',
      'user_id',
      'filename',
      'file_type',
      'file_size',
      'processing_status',
      'content_text',
      'search_vector',
      'storage_path',
      'created_at',
      'updated_at',
    ],
    authenticated: {
      select: true,
      insert: [
        'id',
        'user_id',
        'filename',
        'file_type',
        'file_size',
        'processing_status',
        'content_text',
        'storage_path',
      ],
      update: ['filename', 'file_type', 'file_size', 'processing_status', 'content_text', 'storage_path'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
  document_chunks: table({
    columns: [
      'id',
      'user_id',
      'document_id',
      'chunk_index',
      'content',
      'section_title',
      'search_vector',
      'created_at',
    ],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'document_id', 'chunk_index', 'content', 'section_title'],
      update: ['content', 'section_title', 'chunk_index'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
  agent_requests: table({
    columns: [
      'id',
      'user_id',
      'agent_type',
      'content',
      'status',
      'progress',
      'results',
      'token_cost',
      'created_at',
      'updated_at',
    ],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'agent_type', 'content'],
      update: ['content', 'status'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
  agent_sessions: table({
    columns: ['id', 'user_id', 'request_chain', 'context_state', 'created_at', 'updated_at'],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'request_chain', 'context_state'],
      update: ['request_chain', 'context_state'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
  // An append-only audit trail: only the database's owner can update or delete rows.
  usage_events: table({
    columns: ['id', 'user_id', 'event_type', 'tokens_used', 'cost', 'metadata', 'created_at'],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'event_type', 'tokens_used', 'cost', 'metadata'],
    },
    service_role: ['select', 'insert'],
  }),
  // make new adds tables above this line
}

/**
 * Every function of the schemas public and private, by name and argument types. Every one has
 * `set search_path = pg_catalog, pg_temp`. With `''`, the function and every function that it calls would find the
 * types and relations that the caller created in pg_temp.
 */
export const FUNCTIONS: Readonly<Record<string, FunctionAccess>> = {
  'private.caller_id()': { execute: ['authenticated'], security: 'invoker' },
  'public.search_documents(text,integer)': { execute: ['authenticated'], security: 'invoker' },
  'public.search_chunks(text,integer)': { execute: ['authenticated'], security: 'invoker' },
  'private.find_documents(tsquery,integer)': { execute: ['authenticated'], security: 'definer' },
  'private.find_chunks(tsquery,integer)': { execute: ['authenticated'], security: 'definer' },
  'private.search_terms(text)': { execute: ['authenticated'], security: 'invoker' },
  'private.search_headline(text,tsquery)': { execute: ['authenticated'], security: 'invoker' },
  // Generated columns call these functions as the role that writes the row.
  'private.fold_text(text)': { execute: ['authenticated', 'service_role'], security: 'invoker' },
  'private.search_text(text)': { execute: ['authenticated', 'service_role'], security: 'invoker' },
  'private.weighted_tsvector(text,"char",text)': {
    execute: ['authenticated', 'service_role'],
    security: 'invoker',
  },
  'private.touch_updated_at()': { execute: [], security: 'invoker' },
  'private.create_user_profile()': { execute: [], security: 'definer' },
  // make new adds functions above this line
}

/** Roles with USAGE on each schema. No API role may create objects in any schema. */
export const SCHEMAS: Intent['schemas'] = {
  public: ['public', 'anon', 'authenticated', 'service_role'],
  private: ['authenticated', 'service_role'],
  auth: ['anon', 'authenticated', 'service_role'],
  extensions: ['anon', 'authenticated', 'service_role'],
  dbmate: [],
}

/** The intent in the format of rls-judge. */
export const INTENT: Intent = {
  file: 'db/access.ts',
  ownerColumn: OWNER_COLUMN,
  tables: TABLES,
  functions: FUNCTIONS,
  schemas: SCHEMAS,
  // Samples of random ids reveal nothing. Plans for pages need the statistics of created_at.
  sampled: ['id', 'created_at'],
}
