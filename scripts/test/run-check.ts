import { spawn } from 'node:child_process'
import { inRoot } from '../../db/paths.ts'
import type { Check } from './checks.ts'

/** What came of a check. */
export interface Result {
  check: Check
  ok: boolean
  output: string
  milliseconds: number
}

/** Runs a check's program to its end. */
export async function runCheck(check: Check): Promise<Result> {
  const [program, ...args] = check.command
  const start = performance.now()
  const { ok, output } = await new Promise<{ ok: boolean; output: string }>((resolve) => {
    const child = spawn(program, args, {
      cwd: inRoot(),
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
 * @param durationOf how long a check will take: those that take longest begin first, so that none is left over at the end
 * @param report told of each as it ends
 */
export async function runChecks(
  checks: readonly Check[],
  jobs: number,
  durationOf: (check: Check) => number,
  report: (result: Result) => void,
): Promise<Result[]> {
  const queue = checks.toSorted((a, b) => durationOf(b) - durationOf(a)).values()
  const results: Result[] = []
  const work = async () => {
    for (const check of queue) {
      const result = await runCheck(check)
      results.push(result)
      report(result)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return results
}
