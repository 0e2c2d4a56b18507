import fc from 'fast-check'
import { project, type Statement } from './statement.ts'
import { type Row, rowsIn, type Store } from './store.ts'
import { WORDS } from './tables.ts'

/** Queries in web search syntax, each with a function that tells whether a set of words matches. */
const QUERIES: readonly { query: string; matches: (words: ReadonlySet<string>) => boolean }[] = [
  ...WORDS.map((word) => ({ query: word, matches: (words: ReadonlySet<string>) => words.has(word) })),
  { query: 'alpha or gamma', matches: (words) => words.has('alpha') || words.has('gamma') },
  { query: 'alpha bravo', matches: (words) => words.has('alpha') && words.has('bravo') },
  { query: 'alpha -bravo', matches: (words) => words.has('alpha') && !words.has('bravo') },
  { query: '-alpha', matches: (words) => !words.has('alpha') },
  { query: '"', matches: () => false },
  { query: 'the', matches: () => false },
  { query: '', matches: () => false },
]

const LIMITS = [-1, 0, 1, 2, 100, 1000] as const

interface Search {
  sql: (query: string, limit: string) => string
  rows: (store: Store) => readonly Row[]
  searched: readonly string[]
  shown: readonly string[]
}

const SEARCHES: readonly Search[] = [
  {
    sql: (query, limit) =>
      `select id::text, filename, file_type from public.search_documents(${query}, ${limit})`,
    rows: (store) => rowsIn(store, 'documents'),
    searched: ['filename', 'content_text'],
    shown: ['id', 'filename', 'file_type'],
  },
  {
    sql: (query, limit) =>
      `select id::text, document_id::text, content, section_title from public.search_chunks(${query}, ${limit})`,
    rows: (store) => rowsIn(store, 'document_chunks'),
    searched: ['section_title', 'content'],
    shown: ['id', 'document_id', 'content', 'section_title'],
  },
  {
    // The first gate alone, because the second gate would hide its errors.
    sql: (query, limit) =>
      `select id::text from private.find_documents(private.search_terms(${query}), least(greatest(${limit}, 1), 100))`,
    rows: (store) => rowsIn(store, 'documents'),
    searched: ['filename', 'content_text'],
    shown: ['id'],
  },
  {
    sql: (query, limit) =>
      `select id::text from private.find_chunks(private.search_terms(${query}), least(greatest(${limit}, 1), 100))`,
    rows: (store) => rowsIn(store, 'document_chunks'),
    searched: ['section_title', 'content'],
    shown: ['id'],
  },
]

export const search: fc.Arbitrary<Statement> = fc
  .record({
    search: fc.constantFrom(...SEARCHES),
    asked: fc.constantFrom(...QUERIES),
    limit: fc.constantFrom(...LIMITS),
  })
  .map(({ search: { sql, rows, searched, shown }, asked: { query, matches }, limit }) => ({
    text: sql('$1::text', '$2::integer'),
    values: [query, String(limit)],
    run: (store, user) => {
      const found = rows(store).filter((row) =>
        matches(new Set(searched.flatMap((column) => row[column]?.split(' ') ?? []))),
      )
      const count = Math.min(found.length, Math.max(1, Math.min(limit, 100)))
      return { answer: { count, among: project(found, shown, user) }, store }
    },
  }))
