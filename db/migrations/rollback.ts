import { parse } from 'libpg-query'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed, usageError } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import { adoptFiles } from './adopt.ts'
import { applyBatch } from './apply.ts'
import { notedExtensions } from './extensions.ts'
import { type MigrationFile, readSection } from './files.ts'
import { findOrigin } from './integrity/origin.ts'
import { ensureLog, forget } from './ledger.ts'
import { DEFAULT_WAIT_MS, type MigrateOptions } from './migrate.ts'
import { withSession } from './session/session.ts'
import { type MigrationState, migrationState, readState } from './state.ts'
import { openSupabaseLedger, pullRow } from './supabase-ledger.ts'

/**
 * Rolls back the newest applied migration.
 *
 * @returns its file; undefined if none is applied
 * @throws Failure (2) if the file has no down section, or does not exist
 * @throws Failure (1) if the rollback fails; nothing is changed
 */
export async function rollback(
  connection: ConnectionString,
  { folder = inRoot('migrations'), wait = DEFAULT_WAIT_MS, log = () => {} }: MigrateOptions = {},
): Promise<MigrationFile | undefined> {
  if (!(await newestApplied(connection, folder))) return undefined
  return withSession(connection, { wait, log }, async (session) => {
    const state = await readState(session.client, folder)
    const newest = newestOf(state)
    if (!newest) return undefined
    await refuseEmptyDown(newest)
    await ensureLog(session.client)
    session.supabase = await openSupabaseLedger(session.client)
    const record = state.ledger.find(({ version }) => version === newest.version)?.record
    session.extensions = record ? notedExtensions(record.tool) : []
    // dbmate rolls back only migrations of its own ledger.
    await adoptFiles(session, state.unrecorded, findOrigin(), log)
    await applyBatch(session, 'down', [newest], { report: () => {}, log })
    // Needed only without a transaction.
    await forget(session.client, newest)
    if (session.supabase) await pullRow(session.client, newest)
    return newest
  })
}

/** The migration that `rollback` would roll back. @throws Failure (2) if its file does not exist */
export async function newestApplied(
  connection: ConnectionString,
  folder = inRoot('migrations'),
): Promise<MigrationFile | undefined> {
  return newestOf(await migrationState(connection, folder))
}

function newestOf({ applied, missing }: MigrationState): MigrationFile | undefined {
  const newest = applied.at(-1)
  const newestMissing = missing.at(-1)
  if (newestMissing !== undefined && newestMissing > (newest?.version ?? '')) {
    throw usageError(
      `migration ${newestMissing} is applied but has no file: restore it (git log -- migrations), then roll back`,
    )
  }
  return newest
}

/** Refuses an empty down section: dbmate would run it, delete the ledger's row, and fail at the next migration. */
async function refuseEmptyDown(file: MigrationFile): Promise<void> {
  const section = readSection(file, 'down')
  const statements = section ? (await parse(section.sql).catch(() => undefined))?.stmts : []
  if (statements === undefined || statements.length > 0) return
  const reason = /^--\s*irreversible:\s*(.+)$/m.exec(section?.sql ?? '')?.[1]
  throw failed(
    reason
      ? `${file.name} cannot be undone: ${reason}`
      : `${file.name} has nothing below "-- migrate:down": write what undoes it, or "-- irreversible: why"`,
  )
}
