import { leadingNoise } from './statement-buffer.ts'

/** What a statement does to the transaction it stands in. */
export type TransactionCommand =
  | { readonly kind: 'begin'; readonly modes: string }
  | { readonly kind: 'commit' | 'rollback'; readonly chain: boolean }
  /** `malformed`: begins like a transaction command, and PostgreSQL has none of that form. */
  | { readonly kind: 'savepoint' | 'two-phase' | 'session' | 'copy' | 'malformed' | 'other' }

/** The first words of a statement, upper case, comments skipped; and whether nothing follows them. */
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
 * The text, with a copy without its comments where it has any: for patterns that look for words side by side. (What looks like
 * a comment may stand in a string, so the text itself counts as well.)
 */
export function searchable(sql: string): string {
  if (!sql.includes('/*') && !sql.includes('--')) return sql
  return `${sql}\n${sql.replace(/\/\*[\s\S]*?\*\/|--[^\r\n]*/g, ' ')}`
}

/** Statements that only set up the session: undone by DISCARD ALL, and best run outside any transaction. */
const sessionWords = new Set(['SET', 'RESET', 'SHOW', 'LISTEN', 'UNLISTEN', 'DISCARD', 'DEALLOCATE', 'LOAD'])

const other: TransactionCommand = { kind: 'other' }

/** The layers a statement goes through all ask about it. */
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

/** True for statements of an open transaction after which more can be sent before the answer is known. */
export function canPipeline(sql: string): boolean {
  const { kind } = readTransactionCommand(sql)
  // How the next line is read depends on this setting.
  return (
    (kind === 'other' || kind === 'session') &&
    !/standard_conforming_strings|^\W*(?:reset|discard)\b/i.test(sql)
  )
}
