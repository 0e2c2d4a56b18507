import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { refuseEncoding } from '../encoding.ts'
import { inRoot } from '../paths.ts'
import { adoptFiles, pushFiles } from './adopt.ts'
import type { MigrationEvent } from './apply.ts'
import { findOrigin } from './integrity/origin.ts'
import { ensureLog, plan, readBegun } from './ledger.ts'
import { withSession } from './session/session.ts'
import { type MigrationState, migrationState, readState, refuseProblems } from './state.ts'
import { openSupabaseLedger, planSupabaseRows } from './supabase-ledger.ts'

export interface MigrateOptions {
  folder?: string
  /** Milliseconds to wait for another deploy of this database. */
  wait?: number
  /** Called with messages about the run. */
  log?: (line: string) => void
  /** Whether to apply files older than the newest applied one: the setting ALLOW_OUT_OF_ORDER. */
  allowOutOfOrder?: boolean
}

/** How long a deploy waits for another: ten minutes. */
export const DEFAULT_WAIT_MS = 600_000

/**
 * Applies the pending migrations, each in its own transaction. Any number of deploys may start at once: one
 * migrates, the others wait and then find nothing pending. Migrations that dbmate or the Supabase CLI applied alone are
 * adopted into the ledger. If the CLI has a ledger, or the database is on Supabase, the CLI's ledger is written as well.
 *
 * @returns names of the applied files; empty if none was pending
 * @throws Failure (1) if files and ledger disagree; nothing is changed
 * @throws Failure (1) with file, line, statement and SQLSTATE if a migration fails; that file is rolled back
 * @throws Failure (2) if the database lacks `auth.uid()`, or is behind a pooler in
 *   transaction mode
 */
export async function migrate(
  connection: ConnectionString,
  report: (event: MigrationEvent) => void,
  options: MigrateOptions = {},
): Promise<string[]> {
  const { folder = inRoot('migrations'), wait = DEFAULT_WAIT_MS, log = () => {} } = options
  const { allowOutOfOrder = false } = options
  const state = await migrationState(connection, folder)
  refuseProblems(state, connection.name, allowOutOfOrder)
  if (isUpToDate(state)) return []
  return withSession(connection, { wait, log }, async (session) => {
    // Read the state again: another deploy may have migrated while this one waited.
    const state = await readState(session.client, folder)
    refuseProblems(state, connection.name, allowOutOfOrder)
    const { pending, unrecorded, unpushed } = state
    if (isUpToDate(state)) return []
    await refuseEncoding(session.client)
    const origin = findOrigin()
    await ensureLog(session.client)
    session.supabase = await openSupabaseLedger(session.client)
    await adoptFiles(session, unrecorded, origin, log)
    await pushFiles(session, unpushed, log)
    if (pending.length === 0) return []
    // Loaded here, because the parser is slow to load and most runs do not need it.
    const { applyFiles } = await import('./apply-files.ts')
    const { findExtensions, noteExtensions } = await import('./extensions.ts')
    const { refuseHalfApplied } = await import('./integrity/check-pending.ts')
    await refuseHalfApplied(pending)
    session.extensions = await findExtensions(session.client, pending, log)
    const begun = await readBegun(session.client)
    await plan(session.client, pending, origin)
    await noteExtensions(session.client, pending, session.extensions)
    if (session.supabase) await planSupabaseRows(session.client, pending)
    return applyFiles(session, pending, begun, { report, log })
  })
}

function isUpToDate({ pending, unrecorded, unpushed }: MigrationState): boolean {
  return pending.length + unrecorded.length + unpushed.length === 0
}
