import type { Location } from '../events.ts'
import { endOfLine } from './lexer.ts'

type Piece = {
  readonly offset: number
  readonly source: string
  readonly column: number
  readonly literal: boolean
  readonly location: Location
}

/** A complete statement that can locate each of its characters. */
export type Statement = {
  readonly text: string
  /** Position of the first word that is not a comment: reported as the place of the assertion. */
  readonly start: Location
  /** The location of the character `position` (from 1, as the server counts), with its line and a caret. */
  locate(position: number): { location: Location; excerpt: [string, string] } | undefined
}

type Mark = { readonly length: number; readonly pieces: number }

/** An incomplete statement. */
export type StatementBuffer = {
  readonly text: string
  append(line: string, from: number, to: number, location: Location): void
  /** Adds a variable's value; each of its characters has this location. */
  appendValue(value: string, location: Location): void
  /** A state to return to if a branch of `\if` is inactive. */
  mark(): Mark
  rewind(mark: Mark): void
  /** The statement so far; `fallback` is its start if it contains only comments. */
  snapshot(fallback: Location): Statement
  clear(): void
}

export function createStatementBuffer(): StatementBuffer {
  let text = ''
  let pieces: Piece[] = []
  return {
    get text() {
      return text
    },
    append(line, from, to, location) {
      let begin = from
      if (text === '') while (begin < to && /\s/.test(line.charAt(begin))) begin++
      if (begin === to) return
      pieces.push({ offset: text.length, source: line, column: begin, literal: false, location })
      text += line.slice(begin, to)
    },
    appendValue(value, location) {
      if (value === '') return
      pieces.push({
        offset: text.length,
        source: '',
        column: (location.column ?? 1) - 1,
        literal: true,
        location,
      })
      text += value
    },
    mark: () => ({ length: text.length, pieces: pieces.length }),
    rewind(mark) {
      text = text.slice(0, mark.length)
      pieces.length = Math.min(pieces.length, mark.pieces)
    },
    snapshot(fallback) {
      const own = pieces.slice()
      const whole = text
      const first = own.findLast((piece) => piece.offset <= leadingNoise(whole))
      return {
        text: whole,
        start: first?.location ?? fallback,
        locate: (position) => locate(whole, own, position),
      }
    },
    clear() {
      text = ''
      pieces = []
    },
  }
}

/** Length of the white space and comments before the first word. */
export function leadingNoise(sql: string): number {
  let at = 0
  for (;;) {
    while (at < sql.length && /\s/.test(sql.charAt(at))) at++
    if (sql.startsWith('--', at)) {
      at = endOfLine(sql, at)
    } else if (sql.startsWith('/*', at)) {
      let depth = 1
      at += 2
      while (depth > 0 && at < sql.length) {
        if (sql.startsWith('/*', at)) depth++
        else if (sql.startsWith('*/', at)) depth--
        else {
          at++
          continue
        }
        at += 2
      }
    } else return at
  }
}

function locate(text: string, pieces: readonly Piece[], position: number): ReturnType<Statement['locate']> {
  // The server counts characters, JavaScript counts UTF-16 units.
  let offset = 0
  for (let seen = 1; seen < position && offset < text.length; seen++) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
  }
  const piece = pieces.findLast((candidate) => candidate.offset <= offset)
  if (!piece) return undefined
  const { file, line } = piece.location
  const column = piece.literal ? piece.column : piece.column + offset - piece.offset
  const sameLine = pieces.find((other) => other.source !== '' && other.location.line === line)
  const source = (piece.source || (sameLine?.source ?? '')).trimEnd()
  const caret = `${source.slice(0, column).replace(/[^\t]/g, ' ')}^`
  return { location: { file, line, column: column + 1 }, excerpt: [source, caret] }
}
