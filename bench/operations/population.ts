import type pg from 'pg'
import { addChunks, addTexts, addUsers, withoutSearchIndex } from '../search/fill.ts'

/** Users whose operations are timed, by number of rows. */
export interface Population {
  /** The same number of chunks in a table of any size. */
  fixed: string
  /** The tenth largest. */
  middle: string
  /** A fifth of all chunks. */
  large: string
  /** All thousand users, the largest first. */
  users: readonly string[]
}

/** The relative weight of a user by Zipf's law; place 0 is the largest. */
export function weightAt(place: number): number {
  return (place + 1) ** -EXPONENT
}

export const USERS = 1000
export const SEED = 0.5
const FIXED = 200
/** Zipf's exponent for which the first of 1,000 users has a fifth. */
const EXPONENT = 1.141

/** Fills the tables with real text for 1,000 users of very different sizes, and one user of a fixed size. */
export async function populate(
  owner: pg.Client,
  rows: number,
  progress: (done: number) => void,
): Promise<Population> {
  const users = await addUsers(owner, USERS)
  const [fixed = ''] = await addUsers(owner, 1)
  const texts = await addTexts(owner)
  const weights = users.map((_, place) => weightAt(place))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = weights.map((weight) => Math.max(1, Math.round((weight / total) * (rows - FIXED))))
  await withoutSearchIndex(owner, async () => {
    await addChunks(owner, [fixed], 0, FIXED, texts)
    let done = FIXED
    for (const [place, user] of users.entries()) {
      const share = shares[place] ?? 0
      await addChunks(owner, [user], 0, share, texts)
      done += share
      progress(Math.min(done, rows))
    }
  })
  await owner.query(
    `select setseed(${SEED});
     update public.documents set created_at = now() - random() * interval '90 days', content_text = (
         select string_agg(content, ' ' order by chunk_index) from public.document_chunks
         where document_chunks.user_id = documents.user_id and document_id = documents.id
     );
     insert into public.usage_events (user_id, event_type, tokens_used, cost, created_at)
     select user_id, 'search', 10, 0.01, now() - random() * interval '90 days' from public.document_chunks;
     insert into public.agent_requests (user_id, agent_type, content, created_at)
     select user_id, 'summary', 'text', created_at from public.documents`,
  )
  return { fixed, middle: users[9] ?? '', large: users[0] ?? '', users }
}
