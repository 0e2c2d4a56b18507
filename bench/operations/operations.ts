import { PRODUCT as SEARCH, FLOOR as SEARCH_FLOOR } from '../plans/queries.ts'
import { rankOf } from '../rank.ts'

export const SIDES = ['ours', 'floor', 'plain'] as const
export type Side = (typeof SIDES)[number]

/** The values that a statement may use. */
export interface Subject {
  user: string
  /** One of the user's documents. */
  document: string
  /** The last document before page 100 (of 10 rows), or before the last page if there are fewer pages; and the number of newer ones. */
  before: { createdAt: Date; id: string }
  newer: number
  /** A query for search, different in each run. */
  words: string
  /** What kind of query it is. */
  kind: string
}

export interface Statement {
  sql: string
  values: readonly unknown[]
}

export interface Operation {
  name: string
  kind: 'search' | 'other' | 'bulk'
  /** Run before the statement, not timed. */
  prepare?: (side: Side, subject: Subject) => Statement
  statement: (side: Side, subject: Subject) => Statement
}

/** The floor and our side have a condition on the user, as with withUser; the plain design relies on its policy. */
function query(
  name: string,
  sql: (schema: string, own: string) => string,
  values: (subject: Subject) => readonly unknown[] = () => [],
  kind: Operation['kind'] = 'other',
): Operation {
  return {
    name,
    kind,
    statement: (side, subject) => {
      const given = values(subject)
      return side === 'plain'
        ? { sql: sql('plain', 'true'), values: given }
        : { sql: sql('public', `user_id = $${given.length + 1}`), values: [...given, subject.user] }
    },
  }
}

const PLAIN_SEARCH = `
  select id, document_id, chunk_index, section_title, content, private.search_headline(content, terms) as headline, rank
  from (
      select chunks.*, terms, ${rankOf('search_vector', 'terms')} as rank
      from private.search_terms($1) as terms, plain.document_chunks as chunks
      where search_vector @@ terms
      order by rank desc, id
      limit 10
  ) as found
  order by rank desc, id`

const LIST = 'select id, filename, processing_status, created_at from'

/** 1,000 chunks for the document $1. */
function chunks(side: Side, { user, document }: Subject): Statement {
  const owner = side === 'plain' ? ['', ''] : ['user_id, ', '$2::uuid, ']
  return {
    sql: `insert into ${side === 'plain' ? 'plain' : 'public'}.document_chunks (${owner[0]}document_id, chunk_index, content)
      select ${owner[1]}$1::uuid, n, 'chunk ' || n || ' of some words about oaks, ships and harbours'
      from generate_series(100000, 100999) as n`,
    values: side === 'plain' ? [document] : [document, user],
  }
}

/** search_documents as the owner ($1: the user, $2: the query), or on the plain design ($1: the query). */
function searchDocuments(schema: 'public' | 'plain'): string {
  const [own, words] = schema === 'public' ? ['user_id = $1 and', '$2'] : ['', '$1']
  return `
    select id, filename, file_type, private.search_headline(content_text, terms) as headline, rank
    from (
        select documents.*, terms, ${rankOf('search_vector', 'terms')} as rank
        from private.search_terms(${words}) as terms, ${schema}.documents
        where ${own} search_vector @@ terms
        order by rank desc, id
        limit 20
    ) as found
    order by rank desc, id`
}

/** Searches of one kind of query, as an operation of their own: `search_chunks, phrase`. */
export function searchesOf(operation: string, kind: string): string {
  return `${operation}, ${kind}`
}

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'search_chunks',
    kind: 'search',
    statement: (side, { user, words }) => {
      if (side === 'floor') return { sql: SEARCH_FLOOR, values: [user, words] }
      return { sql: side === 'ours' ? SEARCH : PLAIN_SEARCH, values: [words] }
    },
  },
  {
    name: 'search_documents',
    kind: 'search',
    statement: (side, { user, words }) => {
      if (side === 'floor') return { sql: searchDocuments('public'), values: [user, words] }
      return {
        sql: side === 'ours' ? 'select * from public.search_documents($1)' : searchDocuments('plain'),
        values: [words],
      }
    },
  },
  query(
    'list documents, first page',
    (schema, own) => `${LIST} ${schema}.documents where ${own} order by created_at desc, id desc limit 10`,
  ),
  {
    name: 'list documents, page 100',
    kind: 'other',
    statement: (side, { user, before, newer }) =>
      side === 'plain'
        ? {
            sql: `${LIST} plain.documents order by created_at desc, id desc limit 10 offset $1`,
            values: [newer],
          }
        : {
            sql: `${LIST} public.documents where user_id = $1 and (created_at, id) < ($2, $3)
              order by created_at desc, id desc limit 10`,
            values: [user, before.createdAt, before.id],
          },
  },
  query(
    'read a document with its chunks',
    (schema, own) =>
      schema === 'plain'
        ? `select d.filename, c.chunk_index, c.content from plain.documents as d
           join plain.document_chunks as c on c.document_id = d.id where d.id = $1 order by c.chunk_index`
        : `select d.filename, c.chunk_index, c.content from public.documents as d
           join public.document_chunks as c on c.document_id = d.id and c.${own}
           where d.id = $1 and d.${own} order by c.chunk_index`,
    ({ document }) => [document],
  ),
  {
    name: 'insert a document',
    kind: 'other',
    statement: (side, { user }) =>
      side === 'plain'
        ? {
            sql: "insert into plain.documents (filename, file_type, file_size) values ('a.md', 'text', 1)",
            values: [],
          }
        : {
            sql: "insert into public.documents (user_id, filename, file_type, file_size) values ($1, 'a.md', 'text', 1)",
            values: [user],
          },
  },
  { name: 'insert 1,000 chunks', kind: 'bulk', statement: chunks },
  query(
    "change a document's status",
    (schema, own) =>
      `update ${schema}.documents set processing_status = 'completed' where id = $1 and ${own}`,
    ({ document }) => [document],
  ),
  {
    ...query(
      'delete a document with 1,000 chunks',
      (schema, own) => `delete from ${schema}.documents where id = $1 and ${own}`,
      ({ document }) => [document],
      'other',
    ),
    prepare: chunks,
  },
  {
    name: 'insert a usage event',
    kind: 'other',
    statement: (side, { user }) =>
      side === 'plain'
        ? {
            sql: "insert into plain.usage_events (event_type, tokens_used, cost) values ('x', 1, 0)",
            values: [],
          }
        : {
            sql: "insert into public.usage_events (user_id, event_type, tokens_used, cost) values ($1, 'x', 1, 0)",
            values: [user],
          },
  },
  query(
    'sum a month of usage',
    (schema, own) =>
      `select sum(tokens_used), sum(cost) from ${schema}.usage_events where created_at > now() - interval '30 days' and ${own}`,
  ),
  query(
    'read the queue of requests',
    (schema, own) =>
      `select id, status, created_at from ${schema}.agent_requests
       where status = 'pending' and ${own} order by created_at desc limit 20`,
  ),
]
