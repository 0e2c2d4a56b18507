import { quoteIdentifier, quoteLiteral, type Variables } from './variables.ts'

/** One argument of a backslash command. */
export type Argument = {
  readonly value: string
  /** Whether it was quoted: `\echo '-n'` prints -n. */
  readonly quoted: boolean
}

export type CommandLine = { readonly name: string; readonly rest: string; readonly restAt: number }

/** Splits `\name rest-of-line` where psql does: the name ends at white space or another backslash. */
export function readCommandName(line: string, at: number): CommandLine {
  const name = /[^\s\\]*/y
  name.lastIndex = at
  const found = name.exec(line)?.[0] ?? ''
  return { name: found, rest: line.slice(at + found.length), restAt: at + found.length }
}

export class ArgumentError extends Error {}

const use =
  /:(?:([A-Za-z0-9_\u0080-\uffff]+)|'([A-Za-z0-9_\u0080-\uffff]+)'|"([A-Za-z0-9_\u0080-\uffff]+)"|\{\?([A-Za-z0-9_\u0080-\uffff]+)\})/y
const escapes: Record<string, string> = { n: '\n', t: '\t', b: '\b', r: '\r', f: '\f' }

/**
 * Reads the arguments up to the end of the line or the next backslash command.
 * @returns the arguments and the offset in `rest` where the next command starts (or its end)
 * @throws ArgumentError for an open quote, or for backticks: this package runs no shell commands
 */
export function readArguments(rest: string, variables: Variables): { args: Argument[]; end: number } {
  const args: Argument[] = []
  let at = 0
  while (at < rest.length) {
    const space = /\s*/y
    space.lastIndex = at
    at += space.exec(rest)?.[0].length ?? 0
    if (at >= rest.length || rest[at] === '\\') break
    let value = ''
    let quoted = false
    while (at < rest.length && !/[\s\\]/.test(rest.charAt(at))) {
      const character = rest.charAt(at)
      if (character === "'") {
        const end = readQuoted(rest, at)
        value += end.value
        at = end.next
        quoted = true
      } else if (character === '"') {
        const close = rest.indexOf('"', at + 1)
        if (close < 0) throw new ArgumentError('unterminated quoted string')
        value += rest.slice(at, close + 1)
        at = close + 1
        quoted = true
      } else if (character === '`') {
        throw new ArgumentError('`…` runs a shell command, which this runner does not do')
      } else {
        const reference = character === ':' ? matchAt(use, rest, at) : null
        if (!reference) {
          value += character
          at++
          continue
        }
        value += substitute(reference, variables)
        at += reference[0].length
        quoted = true
      }
    }
    args.push({ value, quoted })
  }
  const separator = rest.startsWith('\\\\', at)
  return { args, end: separator ? at + 2 : at }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function substitute(
  [whole, plain, literal, identifier, defined]: RegExpExecArray,
  variables: Variables,
): string {
  if (defined) return variables.get(defined) === undefined ? 'FALSE' : 'TRUE'
  const value = variables.get(plain ?? literal ?? identifier ?? '')
  if (value === undefined) return whole
  if (literal) return quoteLiteral(value)
  return identifier ? quoteIdentifier(value) : value
}

/** A single-quoted argument: doubled quotes and C-like escapes. */
function readQuoted(rest: string, from: number): { value: string; next: number } {
  let value = ''
  let at = from + 1
  while (at < rest.length) {
    const character = rest.charAt(at)
    if (character === "'") {
      if (rest[at + 1] !== "'") return { value, next: at + 1 }
      value += "'"
      at += 2
    } else if (character === '\\') {
      const code = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))/y
      const found = matchAt(code, rest, at)
      if (!found) break
      const [whole, octal, hex, letter] = found
      value += octal
        ? String.fromCharCode(Number.parseInt(octal, 8))
        : hex
          ? String.fromCharCode(Number.parseInt(hex, 16))
          : (escapes[letter ?? ''] ?? letter ?? '')
      at += whole.length
    } else {
      value += character
      at++
    }
  }
  throw new ArgumentError('unterminated quoted string')
}

/** Reads a database name: removes the quotes of `"Weird ""name"""`, and folds unquoted text to lower case. */
export function unquoteIdentifier(value: string): string {
  return value.replace(/"((?:[^"]|"")*)"|[^"]+/g, (part, inner: string | undefined) =>
    inner === undefined ? part.toLowerCase() : inner.replaceAll('""', '"'),
  )
}
