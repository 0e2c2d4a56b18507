import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Creates an empty folder for temporary files, which the caller must remove. If TMPDIR names a folder that does not exist, it
 * is in /tmp.
 *
 * @param name what it is for, such as `plan`
 */
export function makeTemporaryFolder(name: string): string {
  const parent = existsSync(tmpdir()) ? tmpdir() : '/tmp'
  return mkdtempSync(join(parent, `centrid-${name}-`))
}
