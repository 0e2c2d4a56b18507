import { setTimeout as sleep } from 'node:timers/promises'
import { failed } from 'postgres-kit/failure.ts'
import { watchBlockers } from './blockers.ts'
import { type DbmateResult, runDbmate } from './dbmate.ts'
import { explainFailure } from './explain.ts'
import { type MigrationFile, readSection } from './files.ts'
import type { Session } from './session/session.ts'
import { setTimeouts, timeoutsOf } from './timeouts.ts'

/** What happens to a file. */
export type FileEvent = { type: 'start'; name: string } | { type: 'done'; name: string; milliseconds: number }

/** What happens during a run, for whatever shows it. */
export type MigrationEvent =
  | { type: 'start'; name: string; number: number; of: number }
  | { type: 'done'; name: string; milliseconds: number }

/** Receives the events of a run. */
export interface Listener {
  report: (event: FileEvent) => void
  log: (line: string) => void
}

/** Locked by somebody else, or in a deadlock with them: it is well the next time, perhaps. */
const WORTH_A_RETRY = ['55P03', '40P01']
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200

/** Files that one run of dbmate applies: each in a transaction, with the same timeouts. */
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
 * Applies the files of a batch, or takes back the one. Where one meets a lock or a deadlock, it is tried again from that
 * file on, after a pause that grows: what it did is undone by then. Never so without a transaction.
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
    // Each file has attempts of its own.
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

/** Does `work`, and returns with its outcome who kept the session waiting. The watch ends where `work` throws, too. */
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

/** One run of dbmate; returns also the file in which it ended, where it failed. */
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
    // dbmate prints "Applied" after a failure as well: a file is done when the next one begins, or at the end.
    finish()
    const file = files.find((each) => each.name === name)
    current = file && { file, since: performance.now() }
    report({ type: 'start', name })
  })
  if (result.ok) finish()
  return { result, failing: current?.file }
}
