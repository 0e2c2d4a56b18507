import { failed } from 'postgres-kit/failure.ts'
import { runDbmate } from './dbmate.ts'
import { explainFailure } from './explain.ts'
import { type MigrationFile, readSection } from './files.ts'
import { endRecord, startRecord } from './ledger.ts'
import type { Session } from './session/session.ts'

/** What happens during a run, for whatever shows it. */
export type MigrationEvent =
  | { type: 'start'; name: string; number: number; of: number }
  | { type: 'done'; name: string; milliseconds: number }

/**
 * Applies files in their order: those that run in a transaction by one run of dbmate, each of the others by one of its own.
 *
 * @returns the names of those applied
 */
export async function applyFiles(
  session: Session,
  files: readonly MigrationFile[],
  report: (event: MigrationEvent) => void,
): Promise<string[]> {
  const done: string[] = []
  for (const batch of batches(files)) {
    const [alone] = batch.transaction ? [] : batch.files
    if (alone) await startRecord(session.client, alone)
    await applyBatch(session, batch, (event) => {
      if (event.type === 'done') done.push(event.name)
      report(event.type === 'start' ? { ...event, number: done.length + 1, of: files.length } : event)
    })
    if (alone) await endRecord(session.client, alone)
  }
  return done
}

/** Files of one run of dbmate. */
interface Batch {
  files: MigrationFile[]
  transaction: boolean
}

function batches(files: readonly MigrationFile[]): Batch[] {
  const all: Batch[] = []
  for (const file of files) {
    const transaction = readSection(file, 'up')?.transaction === true
    const last = all.at(-1)
    if (transaction && last?.transaction) last.files.push(file)
    else all.push({ files: [file], transaction })
  }
  return all
}

/** What happens within a batch. */
type BatchEvent = { type: 'start'; name: string } | { type: 'done'; name: string; milliseconds: number }

async function applyBatch(
  session: Session,
  { files }: Batch,
  report: (event: BatchEvent) => void,
): Promise<void> {
  let current: { name: string; since: number } | undefined
  const finish = () => {
    if (current) report({ type: 'done', name: current.name, milliseconds: performance.now() - current.since })
  }
  const result = await runDbmate('migrate', session, files, (name) => {
    // dbmate prints "Applied" after a failure as well: a file is done when the next one begins, or at the end.
    finish()
    current = { name, since: performance.now() }
    report({ type: 'start', name })
  })
  if (!result.ok) {
    const file = files.find(({ name }) => name === current?.name)
    throw file ? await explainFailure(file, 'up', result) : failed(`dbmate failed: ${result.error}`)
  }
  finish()
}
