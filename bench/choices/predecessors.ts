import type pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { failed } from 'postgres-kit/failure.ts'
import { listMigrations, readSection } from '../../db/migrations/files.ts'
import { milliseconds } from '../operations/timed.ts'
import { type Figures, figuresOf } from '../statistics.ts'
import { inTurns } from '../turns.ts'

/** Times of search and of its vectors before the migration of decision 29, and now. */
export interface PredecessorTiming extends Figures {
  /** The work, and its functions: before, or now. */
  work: string
}

const MIGRATION = '20261128090000'
const ROUNDS = 90

export async function measurePredecessors(
  owner: pg.Client,
  user: string,
  words: readonly string[],
): Promise<PredecessorTiming[]> {
  await owner.query(await predecessors(owner))
  const steps = [
    ...['search_chunks', 'search_documents'].map((work) => ({
      work,
      sql: (schema: string) => `select * from ${schema === 'before' ? schema : 'public'}.${work}($1)`,
      value: (round: number) => words[round % words.length],
    })),
    {
      work: 'vectors of 100 chunks',
      sql: (schema: string) =>
        `select count(${schema === 'before' ? schema : 'private'}.weighted_tsvector(section_title, 'B', content))
         from (select * from public.document_chunks offset $1 limit 100) as chunks`,
      value: (round: number) => round * 100,
    },
  ]
  const designs = steps.flatMap((step) =>
    (['before', 'now'] as const).map((functions) => ({ ...step, functions })),
  )
  const times = await inTurns(designs, ROUNDS, ({ sql, value, functions }, round) =>
    asCaller(owner, callerOf('none', user), () =>
      milliseconds(() => owner.query(sql(functions), [value(round)])),
    ),
  )
  return designs.map((each) => ({
    work: `${each.work}, ${each.functions}`,
    ...figuresOf(times.get(each) ?? []),
  }))
}

/** Creates the functions of the migration's down section, in a separate schema. */
async function predecessors(owner: pg.Client): Promise<string> {
  const file = listMigrations().find(({ version }) => version === MIGRATION)
  const down = file && readSection(file, 'down')?.sql
  if (!down) throw failed(`there is no migration ${MIGRATION}`)
  const { rows } = await owner.query<{ definition: string }>(
    "select pg_get_functiondef(oid) as definition from pg_proc where proname in ('search_chunks', 'search_documents')",
  )
  const all = [
    ...rows.map(({ definition }) => `${definition};`),
    down.slice(0, down.indexOf('update public.')),
  ].join('\n')
  return `create schema before;
    ${all
      .replaceAll(/\bprivate\.(search_|find_|weighted_)/g, 'before.$1')
      .replaceAll(/\bpublic\.(search_)/g, 'before.$1')}`
}
