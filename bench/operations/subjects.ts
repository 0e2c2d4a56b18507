import type pg from 'pg'
import { chooseWords } from '../plans/words.ts'
import type { Subject } from './operations.ts'

const PAGE = 10
const PAGES_BEFORE = 99

/** The values for a user's operations, with a search query of another kind in each run. */
export async function subjectsOf(owner: pg.Client, user: string): Promise<(run: number) => Subject> {
  const { rows } = await owner.query<{ id: string; created_at: Date }>(
    'select id, created_at from public.documents where user_id = $1 order by created_at desc, id desc',
    [user],
  )
  const { rows: chunks } = await owner.query<{ n: number }>(
    'select count(*)::integer as n from public.document_chunks where user_id = $1',
    [user],
  )
  const words = await chooseWords(owner, user, chunks[0]?.n ?? 0)
  const { rows: phrases } = await owner.query<{ phrase: string }>(
    `select phrase
     from (select substring(content from '[a-z]{4,12} [a-z]{4,12}') as phrase from public.document_chunks where user_id = $1) as chunks
     -- both words count: none is a stop word
     where numnode(phraseto_tsquery('english', phrase)) = 3
     order by phrase limit 1`,
    [user],
  )
  const queries = Object.entries({
    ...words,
    phrase: `"${phrases[0]?.phrase}"`,
    'beginning of a word': `${words.rarer.slice(0, 3)}*`,
    'no match': 'xylophonist',
  })
  const newer = Math.max(0, Math.min(PAGES_BEFORE * PAGE, rows.length - PAGE))
  const last = rows[newer - 1]
  return (run) => {
    const [kind = '', text = ''] = queries[run % queries.length] ?? []
    return {
      user,
      document: rows[run % rows.length]?.id ?? '',
      before: { createdAt: last?.created_at ?? new Date('9999-01-01'), id: last?.id ?? user },
      newer,
      words: text,
      kind,
    }
  }
}
