import { colour, duration, say } from '../terminal.ts'
import type { Result } from './run-checks.ts'

const LONGEST = 8

/** Prints a result, with the output of a failed check. Test files that pass are counted in the summary. */
export function showResult({ check, ok, output, milliseconds }: Result): void {
  if (ok && check.group) return
  say(line(ok, check.name, milliseconds, ok ? lastLine(output) : ''))
  if (!ok) say(failures(output).trimEnd())
}

/** Prints how many test files passed, what took longest, and how many checks failed. */
export function showSummary(results: readonly Result[], milliseconds: number): void {
  const groups = new Set(results.flatMap(({ check }) => check.group ?? []))
  for (const group of groups) {
    const ones = results.filter(({ check }) => check.group === group)
    const passed = ones.filter(({ ok }) => ok)
    const work = ones.reduce((sum, each) => sum + each.milliseconds, 0)
    say(line(passed.length === ones.length, group, work, `${passed.length} of ${ones.length} files`))
  }
  const longest = results.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, LONGEST)
  const list = longest.map((each) => `${each.check.name} ${duration(each.milliseconds)}`)
  say(`What took longest: ${list.join(', ')}`)
  const failed = results.filter(({ ok }) => !ok).length
  say(`${results.length - failed} passed, ${failed} failed in ${duration(milliseconds)}`)
}

function line(ok: boolean, name: string, milliseconds: number, what: string): string {
  const verdict = ok ? colour('green', 'ok    ') : colour('red', 'FAILED')
  return `${verdict} ${name.padEnd(14)} ${colour('dim', duration(milliseconds).padStart(8))}  ${what}`.trimEnd()
}

/** The failed tests in the output of Node's test runner; for other programs, the whole output. */
function failures(output: string): string {
  const start = output.lastIndexOf('✖ failing tests:')
  return start < 0 ? output : output.slice(start)
}

/** The last line of the output, if it contains counts. */
function lastLine(output: string): string {
  return (
    /^(\d+ (?:passed, \d+ failed|killed, \d+ survived).*)$/m.exec(
      output.split('\n').slice(-4).join('\n'),
    )?.[1] ?? ''
  )
}
