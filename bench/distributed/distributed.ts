import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import type { UserDb } from '../../db/client/handles.ts'
import { insertChunks } from '../../db/client/insert-chunks.ts'
import { newestFirst } from '../../db/client/pages.ts'
import { searchChunks } from '../../db/client/search.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { type Figures, figuresOf } from '../statistics.ts'

/** One operation on one database, in milliseconds. */
export interface Cost extends Figures {
  operation: string
  where: string
}

/** A database to measure. */
export interface Place {
  name: string
  connection: ConnectionString
  distributed: boolean
}

const USERS = 100
const CHUNKS = 100
const ROUNDS = 300

interface User {
  sub: string
  documentId: string
}

type Operation = (tx: UserDb, user: User, round: number) => Promise<unknown>

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'row by key': (tx, { documentId }) =>
    tx.selectFrom('documents').selectAll().where('id', '=', documentId).execute(),
  'page of documents': (tx) => newestFirst(tx, 'documents', { columns: ['id', 'filename'] }),
  search: (tx) => searchChunks(tx, 'spruce'),
  insert: (tx) => tx.insertInto('usage_events').values({ event_type: 'bench' }).execute(),
  update: (tx, { documentId }, round) =>
    tx
      .updateTable('documents')
      .set({ filename: `${round}.md` })
      .where('id', '=', documentId)
      .execute(),
  '100 chunks inserted': (tx, { documentId }, round) =>
    insertChunks(
      tx,
      documentId,
      Array.from({ length: 100 }, (_, n) => ({ chunk_index: 1000 + round * 100 + n, content: `oak ${n}` })),
    ),
}

/** Without the owner's condition, a distributed database asks every shard. */
const UNROUTED = 'row by id alone'

/** Times every operation as users of a filled database, and removes what it filled. */
export async function benchPlace(place: Place): Promise<Cost[]> {
  return withOwnerClient(place.connection, async (owner) => {
    const users = await fill(owner)
    const db = openDatabase(place.connection, { distributed: place.distributed })
    const costs: Cost[] = []
    const measure = async (operation: string, work: Operation, ownerCondition: boolean) => {
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const user = users[round % users.length] ?? { sub: '', documentId: '' }
        const start = performance.now()
        await withUser(db, { sub: user.sub }, (tx) => work(tx, user, round), { ownerCondition })
        times.push(performance.now() - start)
      }
      // The first ones open connections and fill caches.
      costs.push({ operation, where: place.name, ...figuresOf(times.slice(ROUNDS / 3)) })
    }
    try {
      for (const [operation, work] of Object.entries(OPERATIONS)) await measure(operation, work, true)
      await measure(
        UNROUTED,
        (tx, user) => OPERATIONS['row by key']?.(tx, user, 0) ?? Promise.resolve(),
        false,
      )
    } finally {
      await db.destroy()
      const subs = users.map(({ sub }) => sub)
      await owner.query('delete from auth.users where id = any ($1)', [subs])
      await owner.query('delete from public.usage_events where user_id = any ($1)', [subs])
    }
    return costs
  })
}

async function fill(owner: pg.Client): Promise<User[]> {
  const users = Array.from({ length: USERS }, () => ({ sub: randomUUID(), documentId: randomUUID() }))
  for (const { sub, documentId } of users) {
    await owner.query('insert into auth.users (id) values ($1)', [sub])
    await owner.query(
      "insert into public.documents (user_id, id, filename, file_type, file_size) values ($1, $2, 'a.md', 'md', 1)",
      [sub, documentId],
    )
    await owner.query(
      `insert into public.document_chunks (user_id, document_id, chunk_index, content)
       select $1, $2, n, 'a tall spruce beside oak number ' || n from generate_series(0, $3::int - 1) n`,
      [sub, documentId, CHUNKS],
    )
  }
  await owner.query('analyze public.documents, public.document_chunks')
  return users
}
