import { say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { isDistributed } from './act-as.ts'

/**
 * Distributes what migrations added to a database that is distributed already: new tables, and the privileges of new functions
 * on the workers. Does nothing to another database.
 */
export async function distributeNew(connection: ConnectionString): Promise<void> {
  if (!(await withOwnerClient(connection, isDistributed))) return
  say('the database is distributed: what is new is distributed too')
  // Loaded here: it reads the whole of db/access.ts and the parser, and most databases need none of it.
  const { distribute } = await import('./distribute.ts')
  await distribute(connection, false)
}
