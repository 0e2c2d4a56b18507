/**
 * PostgreSQL's lexical rules as psql applies them (`psqlscan.l` of PostgreSQL 17), fed one line at a time:
 * where a statement ends, where a backslash command starts, where a variable is used. The state is kept
 * between lines, so quotes, comments and function bodies may span lines.
 */
type Mode =
  | 'plain'
  | 'comment'
  | 'string'
  | 'escape-string'
  | 'raw-string'
  | 'string-stopped'
  | 'identifier'
  | 'dollar'

export type LexerState = {
  mode: Mode
  /** The string mode to resume if a literal continues on a later line. */
  stoppedFrom: Mode
  commentDepth: number
  dollarTag: string
  parenDepth: number
  /** Inside `create function … begin atomic … end`: the number of open blocks. */
  beginDepth: number
  words: string[]
}

/** How a variable reference quotes the value. */
export type VariableStyle = 'plain' | 'literal' | 'identifier' | 'defined'

export type LexerStop =
  | { readonly kind: 'line-end'; readonly at: number }
  | { readonly kind: 'semicolon'; readonly at: number; readonly next: number }
  | { readonly kind: 'backslash'; readonly at: number; readonly next: number }
  /** `\;` or `\:`: the character belongs to the statement, the backslash does not. */
  | { readonly kind: 'escaped'; readonly at: number; readonly next: number; readonly character: string }
  | {
      readonly kind: 'variable'
      readonly at: number
      readonly next: number
      readonly name: string
      readonly style: VariableStyle
    }

export function createLexerState(): LexerState {
  return {
    mode: 'plain',
    stoppedFrom: 'plain',
    commentDepth: 0,
    dollarTag: '',
    parenDepth: 0,
    beginDepth: 0,
    words: [],
  }
}

/** Makes the state ready for a new statement, as after a semicolon. */
export function resetLexerState(state: LexerState): void {
  Object.assign(state, createLexerState())
}

const identifierStart = /[A-Za-z_\u0080-\uffff]/
const identifierRest = /[A-Za-z0-9_$\u0080-\uffff]*/y
const number = /[0-9][0-9a-zA-Z_.]*/y
const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y
const variable =
  /:(?:([A-Za-z0-9_\u0080-\uffff]+)|'([A-Za-z0-9_\u0080-\uffff]+)'|"([A-Za-z0-9_\u0080-\uffff]+)"|\{\?([A-Za-z0-9_\u0080-\uffff]+)\})/y
const dull = /[^\s'"$:;()\\/\-A-Za-z_0-9\u0080-\uffff]+|\s+/y
const routineStart = /^create (?:or replace )?(?:function|procedure)\b/

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** A comment ends at a carriage return too. */
export function endOfLine(text: string, from: number): number {
  const end = /[\r\n]/g
  end.lastIndex = from
  return end.exec(text)?.index ?? text.length
}

function enterWord(state: LexerState, word: string): void {
  const lower = word.toLowerCase()
  if (state.words.length < 4) state.words.push(lower)
  if (state.parenDepth > 0 || state.words[0] !== 'create') return
  if (!routineStart.test(state.words.join(' '))) return
  if (lower === 'begin') state.beginDepth++
  else if (lower === 'case' && state.beginDepth > 0) state.beginDepth++
  else if (lower === 'end' && state.beginDepth > 0) state.beginDepth--
}

/** Skips to the end of an open quoted section; returns where plain text resumes, or the end of the line. */
function skipQuoted(state: LexerState, text: string, from: number): number {
  let at = from
  switch (state.mode) {
    case 'comment':
      while (at < text.length) {
        if (text.startsWith('/*', at)) {
          state.commentDepth++
          at += 2
        } else if (text.startsWith('*/', at)) {
          at += 2
          if (--state.commentDepth === 0) {
            state.mode = 'plain'
            return at
          }
        } else at++
      }
      return at
    case 'dollar': {
      const end = text.indexOf(state.dollarTag, at)
      if (end < 0) return text.length
      state.mode = 'plain'
      return end + state.dollarTag.length
    }
    case 'identifier': {
      const end = text.indexOf('"', at)
      if (end < 0) return text.length
      state.mode = 'plain'
      return end + 1
    }
    case 'string-stopped': {
      // A literal may continue after white space that contains a newline, with the same escape rules.
      while (at < text.length && /\s/.test(text.charAt(at))) at++
      if (at === text.length) return at
      const continued = text[at] === "'" && from === 0
      state.mode = continued ? state.stoppedFrom : 'plain'
      return continued ? at + 1 : at
    }
    default:
      while (at < text.length) {
        const character = text[at]
        if (character === '\\' && state.mode === 'escape-string') at += 2
        else if (character === "'") {
          if (text[at + 1] === "'" && state.mode !== 'raw-string') at += 2
          else {
            state.stoppedFrom = state.mode
            state.mode = 'string-stopped'
            return at + 1
          }
        } else at++
      }
      return text.length
  }
}

/**
 * Reads `line` from `from` up to the next token that psql acts on.
 * @param standardStrings the server's `standard_conforming_strings`
 */
export function lex(state: LexerState, line: string, from: number, standardStrings: boolean): LexerStop {
  let at = from
  while (at < line.length) {
    if (state.mode !== 'plain') {
      at = skipQuoted(state, line, at)
      continue
    }
    const gap = match(dull, line, at)
    if (gap) {
      at += gap[0].length
      continue
    }
    const character = line.charAt(at)
    if (identifierStart.test(character)) {
      const quoted = prefixedQuote(line, at, standardStrings)
      if (quoted) {
        state.mode = quoted.mode
        at = quoted.next
        continue
      }
      const end = at + 1 + (match(identifierRest, line, at + 1)?.[0].length ?? 0)
      enterWord(state, line.slice(at, end))
      at = end
      continue
    }
    switch (character) {
      case "'":
        state.mode = standardStrings ? 'string' : 'escape-string'
        at++
        break
      case '"':
        state.mode = 'identifier'
        at++
        break
      case '$': {
        const tag = match(dollarQuote, line, at)
        if (tag) {
          state.mode = 'dollar'
          state.dollarTag = tag[0]
          at += tag[0].length
        } else at++
        break
      }
      case '-':
        at = line[at + 1] === '-' ? endOfLine(line, at) : at + 1
        break
      case '/':
        if (line[at + 1] === '*') {
          state.mode = 'comment'
          state.commentDepth = 1
          at += 2
        } else at++
        break
      case '(':
        state.parenDepth++
        at++
        break
      case ')':
        if (state.parenDepth > 0) state.parenDepth--
        at++
        break
      case ';':
        if (state.parenDepth === 0 && state.beginDepth === 0) return { kind: 'semicolon', at, next: at + 1 }
        at++
        break
      case '\\': {
        const next = line.charAt(at + 1)
        if (next !== ';' && next !== ':') return { kind: 'backslash', at, next: at + 1 }
        if (next === ';') state.words = []
        return { kind: 'escaped', at, next: at + 2, character: next }
      }
      case ':': {
        if (line[at + 1] === ':' || line[at + 1] === '=') {
          at += 2
          break
        }
        const use = match(variable, line, at)
        if (!use) {
          at++
          break
        }
        const [whole, plain, literal, identifier, defined] = use
        const style = plain ? 'plain' : literal ? 'literal' : identifier ? 'identifier' : 'defined'
        const name = plain ?? literal ?? identifier ?? defined ?? ''
        return { kind: 'variable', at, next: at + whole.length, name, style }
      }
      default: {
        const digits = match(number, line, at)
        at += digits ? digits[0].length : 1
      }
    }
  }
  return { kind: 'line-end', at: line.length }
}

/** The prefix of `E''`, `B''`, `X''`, `N''`, `U&''` and `U&""`. */
function prefixedQuote(
  line: string,
  at: number,
  standardStrings: boolean,
): { mode: Mode; next: number } | null {
  const letter = line.charAt(at).toLowerCase()
  const quote = line[at + 1]
  if (quote === "'") {
    if (letter === 'e') return { mode: 'escape-string', next: at + 2 }
    if (letter === 'b' || letter === 'x') return { mode: 'raw-string', next: at + 2 }
    if (letter === 'n') return { mode: standardStrings ? 'string' : 'escape-string', next: at + 2 }
  }
  if (letter === 'u' && quote === '&') {
    if (line[at + 2] === "'") return { mode: 'string', next: at + 3 }
    if (line[at + 2] === '"') return { mode: 'identifier', next: at + 3 }
  }
  return null
}
