import type { ScanToken } from 'libpg-query'

/** A comment addressed to this linter. */
export type Note =
  | { kind: 'ignore'; line: number; rule: string; reason: string }
  | { kind: 'widens'; line: number; reason: string }
  | { kind: 'irreversible'; line: number; reason: string }

const IGNORE = /^lint:ignore(?:\s+([^\s:]+))?\s*:?\s*(.*)$/
const REASON = /^(widens access|irreversible)\s*:\s*(.*)$/

/** Reads a one-line comment. PostgreSQL's scanner finds the comments, so text inside a string is never one. */
export function noteOf({ text, tokenName }: ScanToken, line: number): Note | undefined {
  if (tokenName !== 'SQL_COMMENT') return undefined
  const comment = text.slice(2).trim()
  const ignore = IGNORE.exec(comment)
  if (ignore) return { kind: 'ignore', line, rule: ignore[1] ?? '', reason: ignore[2] ?? '' }
  const [, what, reason = ''] = REASON.exec(comment) ?? []
  if (what === undefined) return undefined
  return { kind: what === 'irreversible' ? 'irreversible' : 'widens', line, reason }
}
