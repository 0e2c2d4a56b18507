import { accessInWords } from 'schema-change/access/compare.ts'
import { changesInWords } from 'schema-change/catalog/words.ts'
import { isStronger, lockName, whoWaits } from 'schema-change/locks/modes.ts'
import type { HeldLock } from 'schema-change/locks/watch.ts'
import type { Plan } from './plan.ts'
import type { FilePlan } from './plan-file.ts'

const LONGEST = 100

/** A part of a plan: a heading and its lines. */
export interface Part {
  title: string
  lines: readonly string[]
}

/** The effects of a file, in words. Parts without lines are left out. */
export function partsOf({ statements, saysWhy, catalog, access, locks, transaction }: FilePlan): Part[] {
  const parts = [
    {
      title: transaction ? 'Statements, in one transaction' : 'Statements, without a transaction',
      lines: statements.map(({ line, sql }) => `line ${line}: ${firstLine(sql)}`),
    },
    { title: 'Schema', lines: changesInWords(catalog) },
    {
      title: 'Access',
      lines: [...access.map(accessInWords), ...saysWhy.map((why) => `widens access: ${why}`)],
    },
    { title: 'Locks', lines: strongLocks(locks).map(lockInWords) },
  ]
  return parts.filter(({ lines }) => lines.length > 0)
}

/** Locks stronger than those of an ordinary statement. */
export function strongLocks(locks: readonly HeldLock[]): HeldLock[] {
  return locks.filter(({ mode, rewritten }) => rewritten || isStronger(mode, 'RowExclusiveLock'))
}

function lockInWords({ object, mode, statement, milliseconds, reads, rewritten }: HeldLock): string {
  const held = `${object}: ${lockName(mode)} (${whoWaits(mode)}) from statement ${statement} to the end, ${Math.round(milliseconds)} ms here`
  const scans = reads.length > 0 ? `, while every row of ${reads.join(', ')} is read` : ''
  return `${held}${scans}${rewritten ? '; every row is written again' : ''}`
}

/** Changes made on the target by hand, which the rehearsal did not include; no lines if there are none. */
export function driftPart({ drifted }: Plan): Part {
  const title = `The target differs from its migrations, and this plan does not include the difference: run "make drift"`
  return { title, lines: drifted }
}

/** Changes for programs, in words. */
export function contractPart({ contract: { level, changes } }: Plan): Part {
  return {
    title: `Types: ${level ?? 'no change'}`,
    lines: changes.map((change) => `${change.level}: ${change.reason}`),
  }
}

function firstLine(sql: string): string {
  const [line = ''] = sql.split('\n')
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
