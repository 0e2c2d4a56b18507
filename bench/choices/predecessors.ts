import type pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { failed } from 'postgres-kit/failure.ts'
import { listMigrations, readSection } from '../../db/migrations/files.ts'
import { milliseconds } from '../operations/timed.ts'
import { type Figures, figuresOf } from '../statistics.ts'
import { inTurns } from '../turns.ts'

/** Times of search and of its vectors before the migration of decision 29, now, and without headlines. */
export interface PredecessorTiming extends Figures {
  /** The work, and its functions. */
  work: string
}

/** Functions by the schema that has them. */
const FUNCTIONS = { before: 'before', public: 'now', bare: 'now, without headlines' } as const
type Schema = keyof typeof FUNCTIONS

const MIGRATION = '20261128090000'
const ROUNDS = 90

export async function measurePredecessors(
  owner: pg.Client,
  user: string,
  words: readonly string[],
): Promise<PredecessorTiming[]> {
  const searches = await searchFunctions(owner)
  await owner.query(predecessors(searches))
  await owner.query(withoutHeadlines(searches))
  const steps = [
    ...['search_chunks', 'search_documents'].map((work) => ({
      work,
      schemas: ['before', 'public', 'bare'] as const,
      sql: (schema: Schema) => `select * from ${schema}.${work}($1)`,
      value: (round: number) => words[round % words.length],
    })),
    {
      work: 'vectors of 100 chunks',
      schemas: ['before', 'public'] as const,
      sql: (schema: Schema) =>
        `select count(${schema === 'before' ? schema : 'private'}.weighted_tsvector(section_title, 'B', content))
         from (select * from public.document_chunks offset $1 limit 100) as chunks`,
      value: (round: number) => round * 100,
    },
  ]
  const designs = steps.flatMap((step) => step.schemas.map((schema) => ({ ...step, schema })))
  const times = await inTurns(designs, ROUNDS, ({ sql, value, schema }, round) =>
    asCaller(owner, callerOf('none', user), () =>
      milliseconds(() => owner.query(sql(schema), [value(round)])),
    ),
  )
  return designs.map((each) => ({
    work: `${each.work}, ${FUNCTIONS[each.schema]}`,
    ...figuresOf(times.get(each) ?? []),
  }))
}

/** The two functions of search, as the migrations make them now. */
async function searchFunctions(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query<{ definition: string }>(
    "select pg_get_functiondef(oid) as definition from pg_proc where proname in ('search_chunks', 'search_documents')",
  )
  return rows.map(({ definition }) => `${definition};`).join('\n')
}

/** Creates the functions of the migration's down section, in a separate schema. */
function predecessors(searches: string): string {
  const file = listMigrations().find(({ version }) => version === MIGRATION)
  const down = file && readSection(file, 'down')?.sql
  if (!down) throw failed(`there is no migration ${MIGRATION}`)
  const all = `${searches}\n${down.slice(0, down.indexOf('update public.'))}`
  return `create schema before;
    ${all
      .replaceAll(/\bprivate\.(search_|find_|weighted_)/g, 'before.$1')
      .replaceAll(/\bpublic\.(search_)/g, 'before.$1')}`
}

/** The functions of search with an empty headline, whose text is then not read. */
function withoutHeadlines(searches: string): string {
  return `create schema bare;
    create function bare.search_headline(text, tsquery) returns text language sql immutable as 'select null::text';
    ${searches.replaceAll('private.search_headline', 'bare.search_headline').replaceAll(/\bpublic\.(search_)/g, 'bare.$1')}`
}
