import { realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createEventQueue } from './event-queue.ts'
import type { TestEvent } from './events.ts'
import { findFiles, type TestFile } from './find-files.ts'
import { createPlace } from './isolation/create-place.ts'
import { readUtf8 } from './psql/script.ts'
import type { FileJob } from './run-file.ts'
import type { RunOptions } from './run-options.ts'
import { shuffled } from './shuffle.ts'
import { createTally } from './tally.ts'
import { UsageError } from './usage-error.ts'
import { wholeNumber } from './whole-number.ts'

/** How often a file is run when crashes of the server end its session, before it counts as failed. */
const tries = 3

/**
 * Runs pgTAP files and yields events as they happen. Leaving the loop early ends the run, like `signal`.
 *
 * @throws UsageError for wrong options, an unreachable server, files that cannot be read
 *
 * @example
 * import { run, type RunSummary } from 'pgtap-runner'
 *
 * let summary: RunSummary | undefined
 * for await (const event of run({ files: ['tests'], installPgtap: true, jobs: 4 })) {
 *   if (event.type === 'assertion' && !event.assertion.passed) console.log(event.assertion.location)
 *   if (event.type === 'run-end') summary = event.summary
 * }
 * summary?.failed // → 0
 */
export async function* run(options: RunOptions): AsyncGenerator<TestEvent, void, void> {
  const cwd = realpathSync.native(options.cwd ?? process.cwd())
  const jobs = wholeNumber('jobs', options.jobs ?? availableParallelism(), 1)
  const { files, roots } = await chooseFiles(options, cwd)

  const queue = createEventQueue<TestEvent>()
  const stop = new AbortController()
  const interrupt = () => stop.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', interrupt, { once: true })
  if (options.signal?.aborted) interrupt()

  queue.push({
    type: 'run-start',
    files: files.map((file) => file.name),
    jobs,
    ...(options.shuffle !== undefined && { seed: options.shuffle }),
  })
  const working = runAll(options, { files, roots, cwd, jobs }, stop, queue.push, queue.room).then(
    (event) => {
      queue.push(event)
      queue.end()
    },
    (error) => queue.end(error),
  )
  try {
    for (let event = await queue.next(); event; event = await queue.next()) yield event
  } finally {
    stop.abort(new Error('the run was aborted'))
    options.signal?.removeEventListener('abort', interrupt)
    await working
  }
}

async function chooseFiles(
  options: RunOptions,
  cwd: string,
): Promise<{ files: TestFile[]; roots: string[] }> {
  const found = await findFiles(options.files, cwd)
  const { filter } = options
  const chosen = filter ? found.files.filter((file) => filter.test(file.name)) : found.files
  if (chosen.length === 0) {
    throw new UsageError(
      `no files matched ${options.files.join(' ')}${filter ? ` with --filter ${filter.source}` : ''}`,
    )
  }
  const roots = [cwd, ...found.roots, ...(options.roots ?? [])].map((root) => realpathSync.native(root))
  return {
    files: options.shuffle === undefined ? chosen : shuffled(chosen, options.shuffle),
    roots: [...new Set(roots)],
  }
}

type Work = {
  readonly files: readonly TestFile[]
  readonly roots: readonly string[]
  readonly cwd: string
  readonly jobs: number
}

async function runAll(
  options: RunOptions,
  { files, roots, cwd, jobs }: Work,
  stop: AbortController,
  emit: (event: TestEvent) => void,
  room: () => Promise<void>,
): Promise<TestEvent> {
  const tally = createTally(files.length)
  const place = await createPlace(options, stop.signal)
  let next = 0
  let ended = false
  let readable: Promise<void> | undefined

  const worker = async (): Promise<void> => {
    const seat = place.seat(files.length > jobs)
    try {
      // While the server answers the login, load the code and refuse files that are not UTF-8.
      const { runFile } = await import('./run-file.ts')
      readable ??= checkReadable(files)
      await readable
      while (next < files.length && !ended && !stop.signal.aborted) {
        const file = files[next++]
        if (!file) return
        await room()
        const job: FileJob = {
          name: file.name,
          path: file.path,
          cwd,
          roots,
          variables: options.variables ?? {},
          timeoutMs: options.timeoutMs,
          fresh: seat.fresh,
          terminate: place.terminate,
          signal: stop.signal,
        }
        emit({ type: 'file-start', file: file.name })
        for (let left = tries; left > 0; left--) {
          const engine = await seat.take()
          const outcome = await runFile(job, engine, emit)
          await seat.release(outcome.clean)
          if (outcome.retry !== undefined && left > 1) {
            emit({ type: 'file-retry', file: file.name, reason: outcome.retry })
            continue
          }
          emit({ type: 'file-end', file: file.name, result: outcome.result })
          tally.add(outcome.result)
          if (outcome.bailedOut || tally.filesFailed >= (options.bail ?? Number.POSITIVE_INFINITY))
            ended = true
          break
        }
      }
    } finally {
      await seat.leave()
    }
  }

  try {
    const workers = Array.from({ length: Math.min(jobs, files.length) }, worker)
    // The first worker that throws ends the others. They must finish their cleanup before the place is closed.
    for (const running of workers) running.catch((error) => stop.abort(error))
    const settled = await Promise.allSettled(workers)
    const broken = settled.find((one) => one.status === 'rejected')
    if (broken && !options.signal?.aborted) throw broken.reason
  } finally {
    await place.close()
  }
  return { type: 'run-end', summary: tally.summary(options.signal?.aborted === true) }
}

async function checkReadable(files: readonly TestFile[]): Promise<void> {
  for (const file of files) {
    try {
      readUtf8(file.path, file.name)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      throw new UsageError(`cannot read ${file.name}: ${error.message}`)
    }
    await nextTurn()
  }
}
