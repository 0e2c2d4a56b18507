import { loadModule, parseSync } from 'libpg-query'
import type { Split } from './lend.ts'

/**
 * Splits a text into its statements. Citus sends the whole message of a statement such as CREATE INDEX to the workers, which
 * refuse a second statement in it (42601).
 */
export async function loadSplit(): Promise<Split> {
  await loadModule()
  return (text) => {
    const bytes = Buffer.from(text)
    return parts(text).map(({ start, length }) => ({
      text: bytes.subarray(start, length === 0 ? undefined : start + length).toString(),
      offset: bytes.subarray(0, start).toString().length,
    }))
  }
}

/** In bytes; the last statement may have no length. */
function parts(text: string): { start: number; length: number }[] {
  try {
    return (parseSync(text).stmts ?? []).map(({ stmt_location = 0, stmt_len = 0 }) => ({
      start: stmt_location,
      length: stmt_len,
    }))
  } catch {
    // PostgreSQL reports the error.
    return []
  }
}
