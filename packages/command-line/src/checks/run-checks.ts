import { type ChildProcess, spawn } from 'node:child_process'
import { codeOf } from 'postgres-kit/failure.ts'
import { duration } from '../terminal.ts'

/** A program that exits with 0 on success. */
export interface Check {
  name: string
  /** Program and arguments. */
  command: readonly [string, ...string[]]
  /** Added to the caller's environment. */
  env?: Readonly<Record<string, string>>
  /** Checks of one group are reported together. */
  group?: string
}

export interface RunOptions {
  /** Folder the checks run in. */
  cwd: string
  /** How many run at a time. */
  jobs: number
  /** How long each may take, in milliseconds: then it is stopped, and has failed. */
  limit: number
  /** Stops the checks that run, and starts no more. */
  signal: AbortSignal
}

/** The outcome of a check. */
export interface Result<C extends Check = Check> {
  check: C
  ok: boolean
  output: string
  milliseconds: number
}

/** How long processes may go on after their program has ended, or after they were asked to end. */
const GRACE_MS = 5_000

/**
 * Runs a check's program and waits for its end. The program and what it starts are one process group: all of them are
 * stopped together.
 */
async function runCheck<C extends Check>(check: C, { cwd, limit, signal }: RunOptions): Promise<Result<C>> {
  const [program, ...args] = check.command
  const start = performance.now()
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...check.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const collect = (text: string) => {
    output += text
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  const stop = (why: string) => {
    collect(`\nstopped: ${why}\n`)
    stopGroup(child)
  }
  const interrupt = () => stop('interrupted')
  signal.addEventListener('abort', interrupt)
  const timer = setTimeout(() => stop(`it took longer than ${duration(limit)}`), limit)
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', ({ message }) => {
      collect(message)
      resolve(false)
    })
    // 'close' waits for all processes that have inherited the output.
    child.once('close', (code) => resolve(code === 0))
    child.once('exit', () => {
      clearTimeout(timer)
      const wait = setTimeout(() => {
        stop('it has ended, but a process that it started is still running')
        child.stdout.destroy()
        child.stderr.destroy()
        resolve(false)
      }, GRACE_MS)
      child.once('close', () => clearTimeout(wait))
    })
  })
  clearTimeout(timer)
  signal.removeEventListener('abort', interrupt)
  return { check, ok, output, milliseconds: performance.now() - start }
}

/** Asks the processes of a group to end, and ends those that do not. */
function stopGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal)
    } catch (error) {
      // None of them is left.
      if (codeOf(error) !== 'ESRCH') throw error
    }
  }
  send('SIGTERM')
  setTimeout(() => send('SIGKILL'), GRACE_MS)
}

/**
 * Runs checks side by side.
 *
 * @param durationOf the expected duration of a check: the longest start first, so that no long check runs alone at the end
 * @param report called with each result
 */
export async function runChecks<C extends Check>(
  checks: readonly C[],
  durationOf: (check: C) => number,
  report: (result: Result<C>) => void,
  options: RunOptions,
): Promise<Result<C>[]> {
  const queue = checks.toSorted((a, b) => durationOf(b) - durationOf(a)).values()
  const results: Result<C>[] = []
  const work = async () => {
    for (const check of queue) {
      if (options.signal.aborted) return
      const result = await runCheck(check, options)
      results.push(result)
      report(result)
    }
  }
  await Promise.all(Array.from({ length: options.jobs }, work))
  return results
}
