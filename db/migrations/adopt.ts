import type { MigrationFile } from './files.ts'
import { adopt, type Origin } from './ledger.ts'
import type { Session } from './session/session.ts'
import { pushRows } from './supabase-ledger.ts'

/**
 * Adds migrations to the ledger that dbmate or the Supabase CLI applied alone, or that were applied before hashes were kept,
 * and logs their names.
 */
export async function adoptFiles(
  { client }: Session,
  files: readonly MigrationFile[],
  origin: Origin,
  log: (line: string) => void,
): Promise<void> {
  if (files.length === 0) return
  await adopt(client, files, origin)
  log(
    `Adopted ${files.length} migrations that were applied without this ledger, with their files as they are now:`,
  )
  for (const { name } of files) log(`  ${name}`)
}

/** Adds migrations to the Supabase CLI's ledger that were applied without it, and logs their names. */
export async function pushFiles(
  { client }: Session,
  files: readonly MigrationFile[],
  log: (line: string) => void,
): Promise<void> {
  if (files.length === 0) return
  await pushRows(client, files)
  log(`Wrote ${files.length} applied migrations into the Supabase CLI's ledger`)
}
