import { Parser, type Result } from 'tap-parser'
import type { Assertion, Location } from '../events.ts'
import { readDiagnosis } from './diagnosis.ts'
import { canonicalTestLine, numberOf, readBailOut, readPlanLine, readVersion } from './perl-grammar.ts'

export type Judgement = {
  readonly tests: number
  readonly planned: number | undefined
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly todo: number
  readonly problems: readonly string[]
  readonly skipReason: string | undefined
}

export type Judge = {
  /** One line of output, with the statement that printed it. */
  line(text: string, location: Location): void
  /** Reports the last test immediately: no further line can belong to it. */
  flush(): void
  finish(): Judgement
}

/** Precedes a line number that is sent through tap-parser, which reports a test only after reading the next one. */
const tagMark = '\u0000'

type Origin = { readonly location: Location; readonly durationMs: number }

type Open = {
  assertion: Omit<Assertion, 'diagnosis' | 'nested' | 'have' | 'want'>
  diagnosis: string[]
  nested: Open[]
}

function complete({ assertion, diagnosis, nested }: Open): Assertion {
  const failing = nested.filter((inner) => !inner.assertion.passed).map(complete)
  return { ...assertion, diagnosis, nested: failing, ...readDiagnosis(diagnosis) }
}

/**
 * Judges a file's TAP as pg_prove does: tap-parser reads test lines, directives and subtests; plans, numbers and
 * the count are checked by the rules of TAP::Parser, which differ from tap-parser's (docs/decisions/0032).
 */
export function createJudge(report: {
  assertion(assertion: Assertion): void
  bailOut(reason: string): void
}): Judge {
  let tests = 0
  let passed = 0
  let failed = 0
  let skipped = 0
  let todo = 0
  let planned: number | undefined
  let plan: 'none' | 'first' | 'last' = 'none'
  let version = 12
  let lines = 0
  let skipReason: string | undefined
  const problems: string[] = []
  let open: Open | undefined
  let children: Open[] = []
  let tick = performance.now()
  let bailed = false
  /** Number of test lines sent to tap-parser. It reports the last one late; a plan may have been read before that. */
  let given = 0
  const beyondPlan: boolean[] = []
  /** Tests that the plan marks as TODO (`1..3 todo 2`). */
  const expectedToFail = new Set<number>()

  /** Origins of the lines that tap-parser has not reported yet. */
  const origins = new Map<number, Origin>()
  const tag = ({ file, line }: Location): string => {
    const now = performance.now()
    origins.set(lines, { location: { file, line }, durationMs: now - tick })
    tick = now
    return ` ${tagMark}${lines}`
  }
  const untag = (text: string): Origin & { readonly text: string } => {
    const at = text.indexOf(tagMark)
    const number = Number(text.slice(at + 1))
    const origin = origins.get(number) ?? { location: { file: '', line: 0 }, durationMs: 0 }
    origins.delete(number)
    return { ...origin, text: text.slice(0, at).trimEnd() }
  }
  const close = () => {
    if (!open) return
    const done = open
    open = undefined
    report.assertion(complete(done))
  }
  /** tap-parser returns the tag at the end of the reason or, without a directive, at the end of the name. */
  const read = (result: Result) => {
    const kind = result.todo ? 'todo' : result.skip ? 'skip' : undefined
    const tagged = untag(String((kind ? result[kind] : result.name) || ''))
    const named = kind
      ? ({ description: result.name, directive: kind, reason: tagged.text } as const)
      : { description: tagged.text }
    return { ...named, ok: result.ok, location: tagged.location, durationMs: tagged.durationMs }
  }

  const parser = new Parser()
  parser.on('assert', (result: Result) => {
    close()
    const seen = read(result)
    tests++
    const unplanned = beyondPlan.shift() ?? false
    if (result.id && result.id !== tests) {
      problems.push(`Tests out of sequence.  Found (${result.id}) but expected (${tests})`)
    }
    const good = !unplanned && (seen.directive === 'todo' || seen.ok)
    if (good) passed++
    else failed++
    if (seen.directive === 'skip') skipped++
    if (seen.directive === 'todo') todo++
    open = {
      assertion: { ...seen, number: result.id || tests, passed: good },
      diagnosis: [],
      nested: children,
    }
    children = []
  })
  parser.on('comment', (comment: string) => {
    const { text, location } = untag(comment.trimEnd())
    const { assertion, diagnosis } = open ?? {}
    // Comments of a later statement (finish()'s summary) say nothing about this assertion.
    if (
      assertion &&
      diagnosis &&
      location.line === assertion.location.line &&
      location.file === assertion.location.file
    ) {
      diagnosis.push(text.replace(/^\s*# ?/, ''))
    }
  })
  const follow = (child: Parser) => {
    child.on('assert', (result: Result) => {
      const seen = read(result)
      const passes = seen.ok || seen.directive === 'todo'
      children.push({ assertion: { ...seen, number: result.id, passed: passes }, diagnosis: [], nested: [] })
    })
    child.on('comment', (comment: string) =>
      children.at(-1)?.diagnosis.push(untag(comment.trimEnd()).text.replace(/^\s*# ?/, '')),
    )
    child.on('child', follow)
  }
  parser.on('child', follow)

  const takePlan = (text: string): boolean => {
    const found = readPlanLine(text, version)
    if (!found) return false
    if (plan !== 'none') {
      problems.push('More than one plan found in TAP output')
      return true
    }
    for (const number of found.todo) expectedToFail.add(number)
    plan = given > 0 ? 'last' : 'first'
    planned = found.count
    if (found.skip) skipReason = found.reason || '(no reason given)'
    return true
  }
  return {
    line(text, location) {
      lines++
      if (bailed) return
      const canonical = canonicalTestLine(text)
      if (canonical !== undefined) {
        if (plan === 'last') {
          problems.push(`Plan (1..${planned}) must be at the beginning or end of the TAP output`)
          plan = 'first'
        }
        given++
        beyondPlan.push(planned !== undefined && given > planned)
        const mayFail = expectedToFail.size > 0 && expectedToFail.delete(numberOf(canonical) ?? given)
        const todoMark = mayFail ? ' # TODO' : ''
        parser.write(`${canonical}${todoMark}${tag(location)}\n`)
        return
      }
      if (takePlan(text)) return
      const reason = readBailOut(text)
      if (reason !== undefined) {
        bailed = true
        report.bailOut(reason)
        return
      }
      const found = readVersion(text)
      if (found !== undefined) {
        if (lines > 1) problems.push('If TAP version is present it must be the first line of output')
        else if (found < 13) problems.push(`Explicit TAP version must be at least 13. Got version ${found}`)
        else version = 13
        return
      }
      parser.write(
        /^\s*#(?! Subtest)/.test(text) || /^\s+(?:not )?ok\b/.test(text)
          ? `${text}${tag(location)}\n`
          : `${text}\n`,
      )
    },
    flush() {
      // tap-parser reports a test only after a line that cannot belong to it.
      if (!bailed) parser.write('pragma +flush\n')
      close()
    },
    finish() {
      parser.end()
      close()
      if (plan === 'none') problems.push('No plan found in TAP output')
      else if (tests !== planned) problems.push(`Bad plan.  You planned ${planned} tests but ran ${tests}.`)
      return { tests, planned, passed, failed, skipped, todo, problems, skipReason }
    },
  }
}
