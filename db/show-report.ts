import { colour, duration, say } from 'command-line/terminal.ts'
import type { FileReport } from 'rls-judge/check.ts'
import type { Summary } from 'rls-judge/suite.ts'

/** What came of a run, counted. */
export interface Counts {
  passed: number
  failed: number
}

/** Says how a file of the isolation suite went, and adds it to the counts. */
export function showFile({ file, passed, failures, milliseconds }: FileReport, counts: Counts): void {
  counts.passed += passed
  counts.failed += failures.length
  const verdict = failures.length === 0 ? colour('green', 'ok    ') : colour('red', 'FAILED')
  say(
    `${verdict} ${file.padEnd(42)} ${String(passed).padStart(6)} passed  ${colour('dim', duration(milliseconds))}`,
  )
  for (const { name, diagnosis } of failures) {
    say(`  ${colour('red', 'not ok')} ${name}`)
    for (const line of (diagnosis ?? '').split('\n')) say(`    ${line}`)
  }
}

/** Says as whom nothing was tried, and why. */
export function showLeftOut({ leftOut }: Summary): void {
  for (const role of leftOut)
    say(
      `left out: what ${role} would try, since the login may not act as it (grant ${role} to it, where you may)`,
    )
}

/** Says the counts, which stay the last line, and sets the exit code: what is wrong was said with each failure. */
export function showCounts({ passed, failed }: Counts): void {
  say(`${passed} passed, ${failed} failed`)
  if (failed > 0 || passed === 0) process.exitCode = 1
}
