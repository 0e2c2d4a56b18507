import { createDatabase } from '../../../db/client/database.ts'
import type { RootDb } from '../../../db/client/root-db.ts'
import { Misconfigured, setting } from './settings.ts'

export type { Readable, ServiceDb, UserDb } from '../../../db/client/handles.ts'
export { searchChunks, searchDocuments } from '../../../db/client/search.ts'
export { withAnon, withService, withUser } from '../../../db/client/with-identity.ts'

/** The database for one request. */
export interface RequestDatabase {
  /** Has no identity: give it to `withUser(db, caller, (tx) => …)`. */
  db: RootDb
  /** Call it in `finally`: from then on the database may be closed under the request. */
  cleanup(): Promise<void>
}

// There is one worker for many requests, and many workers for one database: each keeps a single connection, and
// gives it back when nobody used it for 20 seconds. Requests that meet take turns; a turn is about a millisecond.
const OPTIONS = {
  max: 1,
  idleTimeoutMs: 20_000,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 8_000,
  applicationName: 'centrid-functions',
}

let shared: RootDb | undefined
let users = 0
let closing = false

/**
 * Opens the database at APP_DATABASE_URL, else DATABASE_URL, or joins the requests that use it already.
 *
 * @throws Misconfigured where both are unset
 */
export function getDB(): RequestDatabase {
  shared ??= open()
  users++
  let used = true
  return {
    db: shared,
    async cleanup() {
      if (!used) return
      used = false
      users--
      if (closing && users === 0) await shared?.destroy()
    },
  }
}

function open(): RootDb {
  const address = setting('APP_DATABASE_URL') ?? setting('DATABASE_URL')
  if (address === undefined) {
    throw new Misconfigured(
      'set APP_DATABASE_URL to the connection string of the login "authenticator" (behind a pooler: its transaction port)',
    )
  }
  return createDatabase({ ...OPTIONS, connectionString: address })
}

// The platform is about to end this worker: the connection goes as soon as the last request is answered.
addEventListener('beforeunload', () => {
  closing = true
  if (users === 0) void shared?.destroy()
})
