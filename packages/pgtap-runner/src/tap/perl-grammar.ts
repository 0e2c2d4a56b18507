/**
 * The line grammar of Perl's TAP::Parser (versions 12 and 13), which pg_prove uses. tap-parser reads some lines
 * differently (no number in `ok  1`, a SKIP directive in `ok - x # skipped`), so test lines are first rewritten to a form
 * that both read alike.
 */
export type PlanLine = {
  readonly count: number
  readonly skip: boolean
  readonly reason: string
  /** Numbers of the tests marked TODO, which may fail. */
  readonly todo: readonly number[]
}

const test = /^(not )?ok\b\s*(\d+)?\s*(.*)$/
const directive = /^([^\\#]*(?:\\.[^\\#]*)*)#\s*(SKIP|TODO)\b\s*(.*)$/i
const alreadyPlain = /^(?:not )?ok \d+(?: - [^#\\{]*)?$/

/** The test line in the form that both parsers read alike; undefined if it is not a test line. */
export function canonicalTestLine(line: string): string | undefined {
  if (alreadyPlain.test(line)) return line
  const found = test.exec(line)
  if (!found) return undefined
  const [, not = '', number, rest = ''] = found
  const marked = directive.exec(rest)
  const escaped = (text: string) => text.replace(/\\?([\\#])/g, '\\$1')
  const description = escaped((marked?.[1] ?? rest).replace(/^- ?/, '').trimEnd())
  const suffix = marked ? ` # ${marked[2]?.toUpperCase()} ${escaped(marked[3] ?? '')}` : ''
  return `${not}ok${number ? ` ${number}` : ''} - ${description}${suffix}`
}

export function readPlanLine(line: string, version: number): PlanLine | undefined {
  const found = /^1\.\.(\d+)\s*(.*)$/.exec(line)
  if (!found) return undefined
  const count = Number(found[1])
  const tail = found[2] ?? ''
  if (version >= 13) {
    const skip = /^#\s*SKIP\b(.*)$/i.exec(tail)
    if (tail !== '' && !skip) return undefined
    return { count, skip: count === 0 || skip !== null, reason: (skip?.[1] ?? '').trim(), todo: [] }
  }
  const todo = /^todo((?:\s+\d+)+)/.exec(tail)?.[1]
  if (todo) return { count, skip: false, reason: '', todo: todo.trim().split(/\s+/).map(Number) }
  if (count > 0 && tail.trim() !== '') return undefined
  return { count, skip: count === 0, reason: /^#\s*SKIP\S*\s+(.*)/i.exec(tail)?.[1] ?? '', todo: [] }
}

export function readBailOut(line: string): string | undefined {
  return /^\s*Bail out!\s*(.*)/.exec(line)?.[1]
}

export function readVersion(line: string): number | undefined {
  const found = /^TAP\s+version\s+(\d+)\s*$/i.exec(line)
  return found ? Number(found[1]) : undefined
}

/** The number in a test line, in the format of `canonicalTestLine`. */
export function numberOf(canonical: string): number | undefined {
  const stated = /^(?:not )?ok (\d+)/.exec(canonical)?.[1]
  return stated === undefined ? undefined : Number(stated)
}
