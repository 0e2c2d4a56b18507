import { colour, duration, say } from 'command-line/terminal.ts'
import type { FileReport } from 'rls-judge/check.ts'
import type { Summary } from 'rls-judge/suite.ts'

/** The counts of a run. */
export interface Counts {
  passed: number
  failed: number
}

/** Prints the result of a file of the isolation suite, and adds it to the counts. */
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

/** Prints the roles that were left out, with the reason. */
export function showLeftOut({ leftOut }: Summary): void {
  for (const role of leftOut)
    say(
      `left out: the attempts of ${role}, because the login may not become it (grant ${role} to the login if you can)`,
    )
}

/** Prints the counts as the last line, and sets the exit code. Failures were printed before. */
export function showCounts({ passed, failed }: Counts): void {
  say(`${passed} passed, ${failed} failed`)
  if (failed > 0 || passed === 0) process.exitCode = 1
}
