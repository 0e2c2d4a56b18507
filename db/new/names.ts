import { loadModule, scanSync } from 'libpg-query'
import { usageError } from 'postgres-kit/failure.ts'
import type { MigrationFile } from '../migrations/files.ts'

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/
// PostgreSQL truncates names at 63 bytes. The longest name derived from a table's is `<table>_user_id_created_at_idx`.
export const LONGEST = 40

/** Checks the name of a migration from the command line. */
export function checkName(name: string): string {
  const usage = 'usage: make new name=add_tags (lower-case words joined by _)'
  if (name === '') throw usageError(`no name. ${usage}`)
  if (!NAME.test(name) || name.length > LONGEST) {
    throw usageError(`"${name}" is not a name of at most ${LONGEST} characters. ${usage}`)
  }
  return name
}

/** Checks the name of a table, a column or a function from the command line. */
export function checkIdentifier(name: string): string {
  if (!NAME.test(name) || name.length > LONGEST)
    throw usageError(`"${name}" is not a name of at most ${LONGEST} characters: lower-case words joined by _`)
  return name
}

const RESERVED: readonly (string | undefined)[] = ['RESERVED_KEYWORD', 'TYPE_FUNC_NAME_KEYWORD']

/** Refuses names that SQL takes for a keyword, because every statement would have to quote them. */
export async function refuseReserved(...names: readonly (string | undefined)[]): Promise<void> {
  await loadModule()
  for (const name of names.filter((each) => each !== undefined))
    if (RESERVED.includes(scanSync(name).tokens[0]?.keywordName))
      throw usageError(`"${name}" is a reserved word of SQL: choose another name`)
}

/** The table that a migration creates: `add_tags`, `create_tags` and `tags` create `tags`. */
export function tableName(name: string): string {
  return name.replace(/^(add|create)_/, '')
}

/** The current time as a version or, if a file has a later one, that version plus 1. */
export function nextVersion(files: readonly MigrationFile[], now = new Date()): string {
  const time = now.toISOString().replace(/\D/g, '').slice(0, 14)
  const newest = files.at(-1)?.version ?? ''
  return newest >= time ? String(BigInt(newest) + 1n) : time
}
