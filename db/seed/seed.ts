import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { asUser } from './caller.ts'
import { findDocuments } from './documents.ts'
import { createUsers, DEMO_USERS, ownerOf } from './users.ts'
import { writeActivity } from './write-activity.ts'
import { writeDocuments } from './write-documents.ts'

/** What a run added. */
export interface SeedResult {
  users: number
  documents: number
  chunks: number
  requests: number
  /** Documents that existed before. */
  present: number
}

/** Documents in one transaction: a compromise between progress and speed. */
const BATCH = 25

/**
 * Fills a migrated database with demo users and real documents. Existing rows stay unchanged.
 *
 * @param owner creates the accounts
 * @param app writes everything else as the users, under their policies and grants
 * @param progress called with the number of documents done
 */
export async function seed(
  owner: ConnectionString,
  app: ConnectionString,
  progress: (done: number, of: number) => void,
  documents = findDocuments(),
): Promise<SeedResult> {
  const result: SeedResult = {
    users: 0,
    documents: 0,
    chunks: 0,
    requests: 0,
    present: 0,
  }
  result.users = await withOwnerClient(owner, createUsers)
  await withOwnerClient(app, async (client) => {
    let done = 0
    progress(done, documents.length)
    for (const user of DEMO_USERS) {
      const own = documents.filter((document) => ownerOf(document.id) === user)
      for (let first = 0; first < own.length; first += BATCH) {
        const batch = own.slice(first, first + BATCH)
        const written = await asUser(client, user.id, () => writeDocuments(client, user, batch))
        result.documents += written.documents
        result.chunks += written.chunks
        done += batch.length
        progress(done, documents.length)
      }
      result.requests += await asUser(client, user.id, (becomeServer) =>
        writeActivity(client, user, becomeServer),
      )
    }
  })
  result.present = documents.length - result.documents
  return result
}
