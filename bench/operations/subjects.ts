import type pg from 'pg'
import { chooseWords } from '../plans/words.ts'
import type { Subject } from './operations.ts'

const PAGE = 10
const PAGES_BEFORE = 99

/** The values for a user's operations, with a different search query in each run. */
export async function subjectsOf(owner: pg.Client, user: string): Promise<(run: number) => Subject> {
  const { rows } = await owner.query<{ id: string; created_at: Date }>(
    'select id, created_at from public.documents where user_id = $1 order by created_at desc, id desc',
    [user],
  )
  const { rows: chunks } = await owner.query<{ n: number }>(
    'select count(*)::integer as n from public.document_chunks where user_id = $1',
    [user],
  )
  const words = Object.values(await chooseWords(owner, user, chunks[0]?.n ?? 0))
  const phrase = `"${words.slice(0, 2).join(' ')}"`
  const queries = [...words, phrase, 'xylophonist']
  const newer = Math.max(0, Math.min(PAGES_BEFORE * PAGE, rows.length - PAGE))
  const last = rows[newer - 1]
  return (run) => ({
    user,
    document: rows[run % rows.length]?.id ?? '',
    before: { createdAt: last?.created_at ?? new Date('9999-01-01'), id: last?.id ?? user },
    newer,
    words: queries[run % queries.length] ?? '',
  })
}
