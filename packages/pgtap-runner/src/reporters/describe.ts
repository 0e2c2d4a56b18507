import type { Assertion, Failure, Location } from '../events.ts'

export function showLocation({ file, line, column }: Location): string {
  return `${file}:${line}${column === undefined ? '' : `:${column}`}`
}

export function showDuration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

/** An SQL error with its details and location, one per line. */
export function describeFailure(failure: Failure): string[] {
  const { message, code, severity, location, excerpt, detail, hint, where } = failure
  return [
    `${severity ?? 'ERROR'}: ${message}${code ? ` (SQLSTATE ${code})` : ''}`,
    `at ${showLocation(location)}`,
    ...(excerpt ? [`  ${excerpt[0]}`, `  ${excerpt[1]}`] : []),
    ...(detail ? [`DETAIL: ${detail}`] : []),
    ...(hint ? [`HINT: ${hint}`] : []),
    ...(where ? where.split('\n').map((line, i) => (i === 0 ? `CONTEXT: ${line}` : `  ${line}`)) : []),
  ]
}

/** A failing assertion: name, location, and pgTAP's diagnosis (have, want). */
export function describeAssertion(assertion: Assertion): string[] {
  const { number, description, location, diagnosis, nested, ok } = assertion
  const beyond = ok ? ' (beyond the plan)' : ''
  return [
    `not ok ${number}${description ? ` - ${description}` : ''}${beyond}`,
    `at ${showLocation(location)}`,
    ...diagnosis.filter((line) => !/^Failed test \d+/.test(line)).map((line) => `  ${line}`),
    ...nested.flatMap((inner) => describeAssertion(inner).map((line) => `  ${line}`)),
  ]
}
