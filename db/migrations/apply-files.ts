import { Failure, failed } from 'postgres-kit/failure.ts'
import { applyBatch, batchesOf, type Listener, type MigrationEvent } from './apply.ts'
import { dropLeftovers } from './concurrent-index.ts'
import { type MigrationFile, readSection } from './files.ts'
import { endRecord, startRecord } from './ledger.ts'
import type { Session } from './session/session.ts'
import { pushRows } from './supabase-ledger.ts'

/**
 * Applies files in order.
 *
 * @param begun versions of files without a transaction that an earlier run began and did not finish
 * @returns the names of those applied
 */
export async function applyFiles(
  session: Session,
  files: readonly MigrationFile[],
  begun: readonly string[],
  { report, log }: { report: (event: MigrationEvent) => void; log: (line: string) => void },
): Promise<string[]> {
  const done: string[] = []
  const listener: Listener = {
    log,
    report: (event) => {
      if (event.type === 'done') done.push(event.name)
      report(event.type === 'start' ? { ...event, number: done.length + 1, of: files.length } : event)
    },
  }
  for (const batch of batchesOf(files)) {
    const [file] = batch
    if (file && readSection(file, 'up')?.transaction === false)
      await applyAlone(session, file, begun.includes(file.version), listener)
    else await applyBatch(session, 'up', batch, listener)
  }
  return done
}

/** Applies a file without a transaction. If it fails, this run or the next one removes what it left. */
async function applyAlone(
  session: Session,
  file: MigrationFile,
  begun: boolean,
  listener: Listener,
): Promise<void> {
  for (const line of await dropLeftovers(session.client, file, begun)) listener.log(line)
  await startRecord(session.client, file)
  try {
    await applyBatch(session, 'up', [file], listener)
  } catch (error) {
    // If the session was lost as well, the next run does this.
    const lines = await dropLeftovers(session.client, file, false).catch(() => [])
    if (!(error instanceof Failure) || lines.length === 0) throw error
    throw failed([error.message, ...lines.map((line) => `  ${line}`)].join('\n'), error)
  }
  await endRecord(session.client, file)
  if (session.supabase) await pushRows(session.client, [file])
}
