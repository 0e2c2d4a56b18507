import { leadingNoise } from './statement-buffer.ts'

/** The effect of a statement on the current transaction. */
export type TransactionCommand =
  | { readonly kind: 'begin'; readonly modes: string }
  | { readonly kind: 'commit' | 'rollback'; readonly chain: boolean }
  /** `malformed`: begins like a transaction command but is none that PostgreSQL accepts. */
  | { readonly kind: 'savepoint' | 'two-phase' | 'session' | 'copy' | 'malformed' | 'other' }

/** The first words of a statement in upper case, without comments; `all`: nothing follows them. */
function firstWords(sql: string, count: number): { words: string[]; all: boolean } {
  const words: string[] = []
  let rest = sql
  for (;;) {
    rest = rest.slice(leadingNoise(rest))
    const word = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/.exec(rest)?.[0]
    if (!word || words.length === count) return { words, all: /^;?\s*$/.test(rest) }
    words.push(word.toUpperCase())
    rest = rest.slice(word.length)
  }
}

/**
 * The text, followed by a copy without comments if it has any, for patterns of adjacent words. The original is kept
 * because a string can contain what looks like a comment.
 */
export function searchable(sql: string): string {
  if (!sql.includes('/*') && !sql.includes('--')) return sql
  return `${sql}\n${sql.replace(/\/\*[\s\S]*?\*\/|--[^\r\n]*/g, ' ')}`
}

/** Statements that only configure the session. DISCARD ALL undoes them; they run outside any transaction. */
const sessionWords = new Set(['SET', 'RESET', 'SHOW', 'LISTEN', 'UNLISTEN', 'DISCARD', 'DEALLOCATE', 'LOAD'])

const other: TransactionCommand = { kind: 'other' }

/** A cache of one entry: several layers classify the same statement. */
let last: { readonly sql: string; readonly command: TransactionCommand } = { sql: '', command: other }

export function readTransactionCommand(sql: string): TransactionCommand {
  if (/^select\s/i.test(sql)) return other
  if (last.sql !== sql) last = { sql, command: classify(sql) }
  return last.command
}

function classify(sql: string): TransactionCommand {
  const { words, all } = firstWords(sql, 6)
  const [first, second] = words
  const noise = second === 'WORK' || second === 'TRANSACTION'
  const more = words.slice(noise ? 2 : 1).join(' ')
  const ending = (kind: 'commit' | 'rollback'): TransactionCommand =>
    all && /^(?:AND (?:NO )?CHAIN)?$/.test(more)
      ? { kind, chain: more === 'AND CHAIN' }
      : { kind: 'malformed' }
  switch (first) {
    case 'BEGIN':
      return { kind: 'begin', modes: all ? more : `${more} …` }
    case 'START':
      return second === 'TRANSACTION' ? { kind: 'begin', modes: all ? more : `${more} …` } : other
    case 'COMMIT':
    case 'END':
      return second === 'PREPARED' ? { kind: 'two-phase' } : ending('commit')
    case 'ROLLBACK':
    case 'ABORT':
      if (second === 'PREPARED') return { kind: 'two-phase' }
      return more.startsWith('TO') ? { kind: 'savepoint' } : ending('rollback')
    case 'SAVEPOINT':
    case 'RELEASE':
      return { kind: 'savepoint' }
    case 'PREPARE':
      return { kind: second === 'TRANSACTION' ? 'two-phase' : 'other' }
    case 'COPY':
      return { kind: 'copy' }
    default: {
      const local =
        first === 'SET' && (second === 'LOCAL' || second === 'TRANSACTION' || second === 'CONSTRAINTS')
      return { kind: first && sessionWords.has(first) && !local ? 'session' : 'other' }
    }
  }
}

/** Whether, in an open transaction, more can be sent before the answer to this statement arrives. */
export function canPipeline(sql: string): boolean {
  const { kind } = readTransactionCommand(sql)
  // The next line is read according to this setting.
  return (
    (kind === 'other' || kind === 'session') &&
    !/standard_conforming_strings|^\W*(?:reset|discard)\b/i.test(sql)
  )
}
