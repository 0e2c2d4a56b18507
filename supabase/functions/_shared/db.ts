import { createDatabase } from '../../../db/client/database.ts'
import type { RootDb } from '../../../db/client/root-db.ts'
import { Misconfigured, setting } from './settings.ts'

export type { Readable, ServiceDb, UserDb } from '../../../db/client/handles.ts'
export { searchChunks, searchDocuments } from '../../../db/client/search.ts'
export { withAnon, withService, withUser } from '../../../db/client/with-identity.ts'

/** The database for one request. */
export interface RequestDatabase {
  /** Has no identity: pass it to `withUser(db, caller, (tx) => …)`. */
  db: RootDb
  /** Call it in `finally`. The database may be closed afterwards. */
  cleanup(): Promise<void>
}

// One worker serves many requests, and one database serves many workers. So each worker has a single connection and
// closes it after 20 seconds of disuse. Concurrent requests take turns; a turn is about a millisecond.
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
 * Opens the database at APP_DATABASE_URL, else DATABASE_URL, or shares the one that is open.
 *
 * @throws Misconfigured if both are unset
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
  const distributed = setting('DATABASE_DISTRIBUTED') === '1'
  return createDatabase({ ...OPTIONS, connectionString: address, distributed })
}

// The platform is about to end this worker: close the connection after the last request.
addEventListener('beforeunload', () => {
  closing = true
  if (users === 0) void shared?.destroy()
})
