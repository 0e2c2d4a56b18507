import { spawn } from 'node:child_process'

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

/** The outcome of a check. */
export interface Result<C extends Check = Check> {
  check: C
  ok: boolean
  output: string
  milliseconds: number
}

/**
 * Runs a check's program and waits for its end.
 *
 * @param cwd folder it runs in
 */
async function runCheck<C extends Check>(check: C, cwd: string): Promise<Result<C>> {
  const [program, ...args] = check.command
  const start = performance.now()
  const { ok, output } = await new Promise<{ ok: boolean; output: string }>((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...check.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (text: string) => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.once('error', (error) => resolve({ ok: false, output: `${output}${error.message}` }))
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
  return { check, ok, output, milliseconds: performance.now() - start }
}

/**
 * Runs checks side by side.
 *
 * @param cwd folder they run in
 * @param jobs how many run at a time
 * @param durationOf the expected duration of a check: the longest start first, so that no long check runs alone at the end
 * @param report called with each result
 */
export async function runChecks<C extends Check>(
  checks: readonly C[],
  cwd: string,
  jobs: number,
  durationOf: (check: C) => number,
  report: (result: Result<C>) => void,
): Promise<Result<C>[]> {
  const queue = checks.toSorted((a, b) => durationOf(b) - durationOf(a)).values()
  const results: Result<C>[] = []
  const work = async () => {
    for (const check of queue) {
      const result = await runCheck(check, cwd)
      results.push(result)
      report(result)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return results
}
