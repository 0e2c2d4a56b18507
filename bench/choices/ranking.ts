import type pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { milliseconds } from '../operations/timed.ts'
import { rankOf } from '../rank.ts'
import { type Figures, figuresOf, quantile, rounded } from '../statistics.ts'
import { inTurns } from '../turns.ts'

/** A design for finding the first ten of many matches. */
export interface RankingTiming extends Figures {
  design: string
  /** Ratio of its median to that of ranking every match. */
  ratio: number
  /** How many of the ten highest-ranked chunks it finds, on average. */
  of_the_best_ten: number
}

export const PRODUCT_RANKING = 'private.find_chunks'

const EVERY = 'rank every match'
const ROUNDS = 60
const WORDS = 12

/** $1: the user, $2: the query. Returns ids, best first. */
const rankingOf = (matches: string) => `
  select id from (${matches}) as found
  order by ${rankOf('search_vector', 'private.search_terms($2)')} desc, id limit 10`

const MATCHES = `select id, search_vector from public.document_chunks
  where user_id = $1 and search_vector @@ private.search_terms($2)`

const DESIGNS: readonly { design: string; sql: string }[] = [
  { design: EVERY, sql: rankingOf(MATCHES) },
  { design: 'rank the first 2,000 matches that the index finds', sql: rankingOf(`${MATCHES} limit 2000`) },
  { design: 'rank the first 500 matches that the index finds', sql: rankingOf(`${MATCHES} limit 500`) },
  {
    design: 'rank matches in section titles, where there are ten',
    sql: rankingOf(
      `${MATCHES} and search_vector @@ (trim(both '''' from private.search_terms($2)::text) || ':B')::tsquery`,
    ),
  },
  { design: 'only count the matches', sql: `select count(*) as id from (${MATCHES}) as found` },
]

/** Times each design for a user's most common words. */
export async function measureRanking(owner: pg.Client, user: string): Promise<RankingTiming[]> {
  const { rows: words } = await owner.query<{ word: string }>(
    `select word from ts_stat(format('select search_vector from public.document_chunks where user_id = %L', $1::text))
     where word ~ '^[a-z]{4,12}$' and private.search_terms(word)::text = quote_literal(word)
     order by ndoc desc, word limit ${WORDS}`,
    [user],
  )
  const product = {
    design: PRODUCT_RANKING,
    sql: 'select id from private.find_chunks(private.search_terms($2), 10)',
  }
  const designs = [...DESIGNS, product]
  const found = new Map<string, string[]>()
  // Only the owner may call the first gate, which returns the caller's rows.
  const times = await asCaller(owner, callerOf('none', user), () =>
    inTurns(designs, ROUNDS, async ({ design, sql }, round) => {
      const word = words[round % words.length]?.word ?? ''
      const values = design === PRODUCT_RANKING ? [word] : [user, word]
      const text = design === PRODUCT_RANKING ? sql.replace('$2', '$1') : sql
      return milliseconds(async () => {
        const { rows } = await owner.query<{ id: string }>(text, values)
        found.set(
          `${design} ${word}`,
          rows.map(({ id }) => id),
        )
      })
    }),
  )
  const median = (design: (typeof designs)[number]) => quantile(times.get(design) ?? [], 0.5)
  const [every] = designs
  return designs.map((each) => {
    const hits = words.map(({ word }) => {
      const best = new Set(found.get(`${EVERY} ${word}`))
      return (found.get(`${each.design} ${word}`) ?? []).filter((id) => best.has(id)).length
    })
    return {
      design: each.design,
      ...figuresOf(times.get(each) ?? []),
      ratio: rounded(median(each) / (every ? median(every) : Number.NaN)),
      of_the_best_ten: rounded(hits.reduce((sum, hit) => sum + hit, 0) / hits.length),
    }
  })
}
