import type pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { findDocuments, type SeedDocument } from '../../db/seed/documents.ts'
import { DEMO_USERS } from '../../db/seed/users.ts'
import { writeDocuments } from '../../db/seed/write-documents.ts'
import { gradesOf, type Labelled, readLabelled } from './labelled.ts'
import { mean, type Scored, score } from './score.ts'

/** A design of search. */
export interface SearchDesign {
  name: string
  /** $1: the query. Returns ids, best first. */
  sql: Readonly<Record<Labelled['search'], string>>
}

export const PRODUCT: SearchDesign = {
  name: 'public.search_*',
  sql: {
    chunks: 'select id from public.search_chunks($1)',
    documents: 'select id from public.search_documents($1, 10)',
  },
}

/** Scores of each query, and of the whole set. */
export interface Quality {
  queries: { labelled: Labelled; scored: Scored }[]
  all: Scored
}

/** Gives one account the whole corpus of `make seed`; returns the account and the corpus. */
export async function loadCorpus(owner: pg.ClientBase): Promise<{ user: string; documents: SeedDocument[] }> {
  const documents = findDocuments()
  const user = DEMO_USERS[0]
  if (!user) throw new Error('there is no demo user')
  await owner.query('insert into auth.users (id) values ($1)', [user.id])
  await asCaller(owner, callerOf('authenticated', user.id), () => writeDocuments(owner, user, documents))
  await owner.query('vacuum analyze')
  return { user: user.id, documents }
}

/** Runs every query of the labelled set as the account, and scores the results. */
export async function measureQuality(
  owner: pg.ClientBase,
  { user, documents }: { user: string; documents: readonly SeedDocument[] },
  { sql }: SearchDesign,
): Promise<Quality> {
  const queries = await asCaller(owner, callerOf('authenticated', user), async () => {
    const scores: Quality['queries'] = []
    for (const labelled of readLabelled()) {
      const { rows } = await owner.query<{ id: string }>(sql[labelled.search], [labelled.query])
      const found = rows.map(({ id }) => id)
      scores.push({ labelled, scored: score(found, gradesOf(labelled, documents)) })
    }
    return scores
  })
  return { queries, all: mean(queries.map(({ scored }) => scored)) }
}

/** Means by kind of query, in the order of the set. */
export function byKind({ queries }: Quality): [kind: string, queries: number, scored: Scored][] {
  const kinds = [...new Set(queries.map(({ labelled }) => labelled.kind))]
  return kinds.map((kind) => {
    const scores = queries.filter(({ labelled }) => labelled.kind === kind).map(({ scored }) => scored)
    return [kind, scores.length, mean(scores)]
  })
}
