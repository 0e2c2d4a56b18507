import { leadingNoise } from './statement-buffer.ts'

/** What a statement does to the transaction it stands in. */
export type TransactionCommand =
  | { readonly kind: 'begin'; readonly modes: string }
  | { readonly kind: 'commit' | 'rollback'; readonly chain: boolean }
  | { readonly kind: 'savepoint' | 'two-phase' | 'session' | 'copy' | 'other' }

/** The first words of a statement, upper case, comments skipped. */
export function firstWords(sql: string, count: number): string[] {
  const words: string[] = []
  let rest = sql
  while (words.length < count) {
    rest = rest.slice(leadingNoise(rest))
    const word = /^[A-Za-z_]+/.exec(rest)?.[0]
    if (!word) break
    words.push(word.toUpperCase())
    rest = rest.slice(word.length)
  }
  return words
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
  const [first, second, third, fourth, fifth] = firstWords(sql, 5)
  const noise = second === 'WORK' || second === 'TRANSACTION'
  const chain = noise ? third === 'AND' && fourth === 'CHAIN' : second === 'AND' && third === 'CHAIN'
  switch (first) {
    case 'BEGIN':
      return {
        kind: 'begin',
        modes: [noise ? undefined : second, third, fourth, fifth].filter(Boolean).join(' '),
      }
    case 'START':
      return { kind: 'begin', modes: [third, fourth, fifth].filter(Boolean).join(' ') }
    case 'COMMIT':
    case 'END':
      return second === 'PREPARED' ? { kind: 'two-phase' } : { kind: 'commit', chain }
    case 'ROLLBACK':
    case 'ABORT':
      if (second === 'PREPARED') return { kind: 'two-phase' }
      if (second === 'TO' || (noise && third === 'TO')) return { kind: 'savepoint' }
      return { kind: 'rollback', chain }
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
  return (kind === 'other' || kind === 'session') && !/standard_conforming_strings/i.test(sql)
}
