import { setTimeout as sleep } from 'node:timers/promises'
import { failed } from 'postgres-kit/failure.ts'
import { watchBlockers } from './blockers.ts'
import { type DbmateResult, runDbmate } from './dbmate.ts'
import { explainFailure } from './explain.ts'
import { type MigrationFile, readSection } from './files.ts'
import type { Session } from './session/session.ts'
import { setTimeouts, timeoutsOf } from './timeouts.ts'

/** Progress of a file. */
export type FileEvent = { type: 'start'; name: string } | { type: 'done'; name: string; milliseconds: number }

/** Progress of a run, for display. */
export type MigrationEvent =
  | { type: 'start'; name: string; number: number; of: number }
  | { type: 'done'; name: string; milliseconds: number }

/** Receives the events of a run. */
export interface Listener {
  report: (event: FileEvent) => void
  log: (line: string) => void
}

/** Lock timeout and deadlock: a retry may succeed. */
const WORTH_A_RETRY = ['55P03', '40P01']
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200

/** Groups files that one run of dbmate can apply: files with a transaction and the same timeouts. */
export function batchesOf(files: readonly MigrationFile[]): MigrationFile[][] {
  const batches: MigrationFile[][] = []
  const inTransaction = (file: MigrationFile) => readSection(file, 'up')?.transaction === true
  const timeouts = (file: MigrationFile) => JSON.stringify(timeoutsOf(file))
  for (const file of files) {
    const [last] = batches.at(-1) ?? []
    const fits = last && inTransaction(last) && inTransaction(file) && timeouts(last) === timeouts(file)
    if (fits) batches.at(-1)?.push(file)
    else batches.push([file])
  }
  return batches
}

/**
 * Applies the files of a batch, or rolls back its one file. After a lock timeout or a deadlock, which rolls the file back,
 * it retries from that file on, with growing pauses. A file without a transaction is not retried.
 */
export async function applyBatch(
  session: Session,
  direction: 'up' | 'down',
  files: readonly MigrationFile[],
  { report, log }: Listener,
): Promise<void> {
  const [first] = files
  if (!first) return
  await setTimeouts(session.client, first)
  let rest = files
  for (let attempt = 1; ; attempt++) {
    const { result, failing, blockers } = await watched(session, () => run(session, direction, rest, report))
    if (result.ok) return
    if (!failing) throw failed(`dbmate failed: ${result.error}`)
    // Attempts are counted per file.
    if (failing !== rest[0]) attempt = 1
    const sqlstate = result.refusal?.sqlstate ?? ''
    const again =
      WORTH_A_RETRY.includes(sqlstate) && result.whole && readSection(failing, direction)?.transaction
    if (!again || attempt === ATTEMPTS) throw await explainFailure(failing, direction, result, blockers)
    rest = rest.slice(rest.indexOf(failing))
    const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random())
    log(
      `${failing.name}: ${result.refusal?.message} (SQLSTATE ${sqlstate}), attempt ${attempt} of ${ATTEMPTS}` +
        blockers.map((line) => `\n  ${line}`).join(''),
    )
    await sleep(pause)
  }
}

/** Runs `work`, and adds the sessions that blocked it to its outcome. Watching also ends if `work` throws. */
async function watched<T extends object>(
  session: Session,
  work: () => Promise<T>,
): Promise<T & { blockers: string[] }> {
  const endWatch = watchBlockers(session)
  try {
    const outcome = await work()
    return { ...outcome, blockers: await endWatch() }
  } finally {
    await endWatch()
  }
}

/** Runs dbmate once; also returns the file that failed, if any. */
async function run(
  session: Session,
  direction: 'up' | 'down',
  files: readonly MigrationFile[],
  report: (event: FileEvent) => void,
): Promise<{ result: DbmateResult; failing: MigrationFile | undefined }> {
  let current: { file: MigrationFile; since: number } | undefined
  const finish = () => {
    if (!current) return
    report({ type: 'done', name: current.file.name, milliseconds: performance.now() - current.since })
  }
  const result = await runDbmate(direction === 'up' ? 'migrate' : 'rollback', session, files, (name) => {
    // dbmate prints "Applied" even after a failure. A file is done when the next one begins, or at the end of a successful run.
    finish()
    const file = files.find((each) => each.name === name)
    current = file && { file, since: performance.now() }
    report({ type: 'start', name })
  })
  if (result.ok) finish()
  return { result, failing: current?.file }
}
