/** psql's variables, with psql's checks on the special ones. */
export type Variables = {
  get(name: string): string | undefined
  /** Returns an error message for an invalid value, and keeps the old value. */
  set(name: string, value: string): string | undefined
  unset(name: string): string | undefined
  entries(): [string, string][]
  isOn(name: string): boolean
}

const booleans = new Set([
  'AUTOCOMMIT',
  'ON_ERROR_STOP',
  'QUIET',
  'SINGLELINE',
  'SINGLESTEP',
  'HIDE_TABLEAM',
  'HIDE_TOAST_COMPRESSION',
  'SHOW_ALL_RESULTS',
])
const choices = new Map([
  ['ON_ERROR_ROLLBACK', ['on', 'off', 'interactive']],
  ['ECHO', ['none', 'errors', 'queries', 'all']],
  ['ECHO_HIDDEN', ['on', 'off', 'noexec']],
  ['VERBOSITY', ['default', 'terse', 'verbose', 'sqlstate']],
  ['SHOW_CONTEXT', ['never', 'errors', 'always']],
  ['COMP_KEYWORD_CASE', ['lower', 'upper', 'preserve-lower', 'preserve-upper']],
])
/** `\unset` sets these to a default instead of removing them. */
const unsetDefaults = new Map([
  ['AUTOCOMMIT', 'off'],
  ['ON_ERROR_STOP', 'off'],
  ['ON_ERROR_ROLLBACK', 'off'],
  ['QUIET', 'off'],
  ['SINGLELINE', 'off'],
  ['SINGLESTEP', 'off'],
  ['ECHO', 'none'],
  ['VERBOSITY', 'default'],
  ['SHOW_CONTEXT', 'errors'],
])

export const validName = /^[A-Za-z0-9_\u0080-\uffff]+$/

/** Reads a boolean as psql does: unique prefixes of true, false, yes, no, on, off, and 1, 0. */
export function parseBoolean(value: string): boolean | undefined {
  const lower = value.toLowerCase()
  if (lower === '') return undefined
  if ('true'.startsWith(lower) || 'yes'.startsWith(lower) || lower === 'on' || lower === '1') return true
  if ('false'.startsWith(lower) || 'no'.startsWith(lower) || lower === '0') return false
  return lower.length >= 2 && 'off'.startsWith(lower) ? false : undefined
}

export function createVariables(initial: Readonly<Record<string, string>>): Variables {
  const values = new Map(Object.entries(initial))
  return {
    get: (name) => values.get(name),
    set(name, given) {
      if (!validName.test(name)) return `invalid variable name: "${name}"`
      let value = given
      if (booleans.has(name)) {
        if (value === '') value = 'on'
        if (parseBoolean(value) === undefined) {
          return `unrecognized value "${value}" for "${name}": Boolean expected`
        }
      }
      const allowed = choices.get(name)
      if (allowed) {
        if (value === '' && allowed.includes('on')) value = 'on'
        const flag = allowed.includes('on') ? parseBoolean(value) : undefined
        if (!allowed.includes(value.toLowerCase()) && flag === undefined) {
          return `unrecognized value "${value}" for "${name}": available values are ${allowed.join(', ')}`
        }
      }
      values.set(name, value)
      return undefined
    },
    unset(name) {
      if (!validName.test(name)) return `invalid variable name: "${name}"`
      const fallback = unsetDefaults.get(name)
      if (fallback === undefined) values.delete(name)
      else values.set(name, fallback)
      return undefined
    },
    entries: () => [...values].sort(([a], [b]) => (a < b ? -1 : 1)),
    isOn: (name) => parseBoolean(values.get(name) ?? '') === true,
  }
}

/** `'it''s'`, with the E prefix if the value contains a backslash, like libpq's PQescapeLiteral. */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return value.includes('\\') ? ` E${quoted}` : quoted
}

export function quoteIdentifier(value: string): string {
  return `"${value.replaceAll('"', '""')}"`
}
