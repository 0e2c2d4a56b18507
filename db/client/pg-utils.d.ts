// pg's types leave this module out; pg-cursor, of the same maintainers, uses it in the same way.
declare module 'pg/lib/utils.js' {
  /** A value as it is sent to the server: text, bytes or null. */
  export function prepareValue(value: unknown): string | Buffer | null
}
