import type { ScanToken } from 'libpg-query'

/** A part of a text, in bytes: PostgreSQL's scanner counts them. */
export interface Place {
  start: number
  end: number
}

/** A replacement at a place. */
export interface Replacement extends Place {
  by: string
}

/** Positions at which these tokens follow each other. */
export function places(tokens: readonly ScanToken[], pattern: readonly string[]): Place[] {
  return tokens.flatMap((first, at) => {
    const found = tokens.slice(at, at + pattern.length)
    const last = found.at(-1)
    const fits =
      found.length === pattern.length && found.every(({ text }, n) => pattern[n] === text.toLowerCase())
    return fits && last ? [{ start: first.start, end: last.end }] : []
  })
}

/** Where the parenthesis that opens at a token is closed; undefined if it is not. */
export function closing(tokens: readonly ScanToken[], open: number): number | undefined {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const text = tokens[at]?.text
    if (text === '(') depth++
    else if (text === ')' && --depth === 0) return at
  }
  return undefined
}

/** The text of a place. */
export function textAt(text: string, { start, end }: Place): string {
  return Buffer.from(text).subarray(start, end).toString()
}

/** The text with every place replaced; the places are in order and do not overlap. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const bytes = Buffer.from(text)
  let at = 0
  const parts = replacements.map(({ start, end, by }) => {
    const before = bytes.subarray(at, start).toString()
    at = end
    return before + by
  })
  return parts.join('') + bytes.subarray(at).toString()
}
