// Compiled by `tsc` and never run: each @ts-expect-error is an error that must stay one.

import type {
  As,
  AsUser,
  ColumnType,
  DB,
  Document,
  DocumentUpdate,
  Insertable,
  NewAgentRequest,
  NewAgentSession,
  NewDocument,
  NewDocumentChunk,
  NewUsageEvent,
  NewUserProfile,
  Role,
  SearchChunksArgs,
  Selectable,
  Updateable,
  UserDB,
} from '@centrid/db-types'
import {
  type AGENT_REQUEST_STATUSES,
  type access,
  isPlanType,
  type PLAN_TYPES,
  type PROCESSING_STATUSES,
  toJson,
} from '@centrid/db-types'
import type { Database, TablesInsert } from '@centrid/db-types/supabase'
import type { documentChunkInsertSchema, documentInsertSchema } from '@centrid/db-types/zod'
import { createClient } from '@supabase/supabase-js'
import type * as kysely from 'kysely'
import type { z } from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function holds<_ extends true>(): void

// --- the same to Kysely as its own types

holds<Equal<ColumnType<1, 2, 3>, kysely.ColumnType<1, 2, 3>>>()
type Same = { [T in keyof DB]: Equal<Selectable<DB[T]>, kysely.Selectable<DB[T]>> }
holds<Equal<Same[keyof DB], true>>()
type InsertKeys = { [T in keyof DB]: Equal<keyof Insertable<DB[T]>, keyof kysely.Insertable<DB[T]>> }
holds<Equal<InsertKeys[keyof DB], true>>()
type UpdateKeys = { [T in keyof DB]: Equal<keyof Updateable<DB[T]>, keyof kysely.Updateable<DB[T]>> }
holds<Equal<UpdateKeys[keyof DB], true>>()

// --- DB and Database agree on tables, columns, null, what an insert needs and what nobody writes

type Published = Database['public']['Tables']
holds<Equal<keyof DB, keyof Published>>()
type Nullable<T> = { [K in keyof T]: null extends T[K] ? K : never }[keyof T]
type Required<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T]
type Writable<T> = { [K in keyof T]-?: [Exclude<T[K], undefined>] extends [never] ? never : K }[keyof T]
type Agree = {
  [T in keyof DB]: [
    Equal<keyof Selectable<DB[T]>, keyof Published[T]['Row']>,
    Equal<Nullable<Selectable<DB[T]>>, Nullable<Published[T]['Row']>>,
    Equal<Required<Insertable<DB[T]>>, Required<Published[T]['Insert']>>,
    Equal<keyof Insertable<DB[T]>, Writable<Published[T]['Insert']>>,
    Equal<keyof Updateable<DB[T]>, Writable<Published[T]['Update']>>,
  ]
}
holds<Equal<Agree[keyof DB], [true, true, true, true, true]>>()

// --- rows: what must compile, and what must not

export const documents: NewDocument[] = [
  { filename: 'a', file_type: 'x', file_size: 1 },
  { filename: 'a', file_type: 'x', file_size: 2n ** 60n, processing_status: 'failed', content_text: null },
  // @ts-expect-error file_size is required
  { filename: 'a', file_type: 'x' },
  // @ts-expect-error the search index is the database's to make
  { filename: 'a', file_type: 'x', file_size: 1, search_vector: 'a' },
  // @ts-expect-error no such status
  { filename: 'a', file_type: 'x', file_size: 1, processing_status: 'done' },
  // @ts-expect-error filename is never null
  { filename: null, file_type: 'x', file_size: 1 },
]
export const documentUpdates: DocumentUpdate[] = [
  { filename: 'a' },
  {},
  // @ts-expect-error no such column
  { title: 'a' },
  // @ts-expect-error generated
  { search_vector: 'a' },
]
export const chunks: NewDocumentChunk[] = [
  { document_id: '', chunk_index: 0, content: 'a', section_title: null },
  // @ts-expect-error chunk_index is a number
  { document_id: '', chunk_index: '0', content: 'a' },
  // @ts-expect-error generated
  { document_id: '', chunk_index: 0, content: 'a', search_vector: 'a' },
]
export const requests: NewAgentRequest[] = [
  { agent_type: 'x', content: 'x', results: { any: ['object'] } },
  { agent_type: 'x', content: 'x', results: toJson(['list']), status: 'cancelled' },
  // @ts-expect-error pg would write an array of PostgreSQL, which is not JSON
  { agent_type: 'x', content: 'x', results: ['list'] },
  // @ts-expect-error a string is JSON text to pg, and this is none
  { agent_type: 'x', content: 'x', results: 'text' },
]
export const sessions: NewAgentSession[] = [
  {},
  { request_chain: toJson([]), context_state: {} },
  // @ts-expect-error the chain is an array
  { request_chain: toJson({}) },
  // @ts-expect-error the state is an object
  { context_state: [] },
  // @ts-expect-error the state is an object
  { context_state: toJson(['list']) },
]
export const events: NewUsageEvent[] = [
  { event_type: 'x', cost: '0.1', metadata: { a: [1] } },
  // @ts-expect-error metadata is an object
  { event_type: 'x', metadata: 1 },
  // @ts-expect-error cost is never null
  { event_type: 'x', cost: null },
]
export const profiles: NewUserProfile[] = [
  { plan_type: 'pro', name: null },
  // @ts-expect-error no such plan
  { plan_type: 'platinum' },
]
declare const document: Document
// @ts-expect-error pg returns bigint as text
export const size: number = document.file_size
// @ts-expect-error pg returns a Date
export const created: string = document.created_at

// --- what a role may do

export const renamed: AsUser<'user_profiles'>['Updateable'] = { name: 'Ada' }
// @ts-expect-error the plan is the server's to change
export const upgraded: AsUser<'user_profiles'>['Updateable'] = { plan_type: 'enterprise' }
export const paid: As<'service_role', 'user_profiles'>['Updateable'] = { plan_type: 'enterprise' }
export const asked: AsUser<'agent_requests'>['Insertable'] = { agent_type: 'x', content: 'x' }
// @ts-expect-error the results are the server's to write
export const answered: AsUser<'agent_requests'>['Insertable'] = { agent_type: 'x', content: 'x', results: {} }
// @ts-expect-error no user writes created_at
export const backdated: AsUser<'documents'>['Insertable'] = { ...documents[0], created_at: new Date() }
// @ts-expect-error a chunk stays with its document
export const moved: AsUser<'document_chunks'>['Updateable'] = { document_id: '' }
// @ts-expect-error a session keeps its id
export const renumbered: AsUser<'agent_sessions'>['Updateable'] = { id: '' }
holds<Equal<AsUser<'usage_events'>['Updateable'], never>>()
holds<Equal<AsUser<'user_profiles'>['Insertable'], never>>()
holds<Equal<As<'anon', keyof DB>['Selectable'], never>>()
holds<Equal<Role, 'anon' | 'authenticated' | 'service_role'>>()
holds<Equal<(typeof access)['usage_events']['service_role']['delete'], false>>()

// --- Kysely: a wrong table or column name does not compile

declare const db: kysely.Kysely<DB>
declare const user: kysely.Kysely<UserDB>
export async function queries(): Promise<Document[]> {
  await db.insertInto('documents').values({ filename: 'a', file_type: 'x', file_size: 1n }).execute()
  // @ts-expect-error no such table
  await db.selectFrom('document').selectAll().execute()
  // @ts-expect-error no such column
  await db.selectFrom('documents').select('file_name').execute()
  // @ts-expect-error no such column
  await db.selectFrom('documents').where('owner', '=', 'x').execute()
  // @ts-expect-error no such value
  await db.selectFrom('documents').where('processing_status', '=', 'done').execute()
  // @ts-expect-error generated
  await db.updateTable('documents').set({ search_vector: 'x' }).execute()
  // @ts-expect-error the plan is the server's to change
  await user.updateTable('user_profiles').set({ plan_type: 'pro' }).execute()
  return user.selectFrom('documents').selectAll().execute()
}

// --- supabase-js

const supabase = createClient<Database>('http://localhost', 'key')
export async function requestsOverHttp(): Promise<number | undefined> {
  const { data } = await supabase.from('documents').select('file_size, document_chunks(content)').single()
  // @ts-expect-error no such table
  await supabase.from('document').select()
  // @ts-expect-error no such column
  await supabase.from('documents').update({ file_name: 'x' })
  // @ts-expect-error no such plan
  await supabase.from('user_profiles').update({ plan_type: 'platinum' })
  const found = await supabase.rpc('search_chunks', { query: 'words' })
  // @ts-expect-error the headline may be null
  found.data?.[0]?.headline.length
  // @ts-expect-error the query is required
  await supabase.rpc('search_chunks', { max_results: 1 })
  return data?.file_size
}
export const inserted: TablesInsert<'documents'> = {
  filename: 'a',
  file_type: 'x',
  file_size: 1,
  // @ts-expect-error generated
  search_vector: '',
}

// --- values, functions, schemas

holds<Equal<typeof PLAN_TYPES, readonly ['free', 'pro', 'enterprise']>>()
holds<Equal<(typeof PROCESSING_STATUSES)[number], Document['processing_status']>>()
holds<Equal<(typeof AGENT_REQUEST_STATUSES)[number], NonNullable<NewAgentRequest['status']>>>()
export const plan = (value: unknown): 'free' | 'pro' | 'enterprise' => (isPlanType(value) ? value : 'free')
export const search: SearchChunksArgs = { query: 'words' }
// @ts-expect-error the query is required
export const nothing: SearchChunksArgs = { max_results: 1 }
declare const parsed: z.output<typeof documentInsertSchema>
export const fromForm: NewDocument = parsed
declare const parsedChunk: z.output<typeof documentChunkInsertSchema>
export const chunkFromForm: NewDocumentChunk = parsedChunk
