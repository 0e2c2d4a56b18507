import { readFileSync } from 'node:fs'
import { codeOf } from './failure.ts'

/**
 * Reads a text file that another process may remove at any moment, even between a check of its existence and the read.
 *
 * @returns undefined if it does not exist; in /proc, also if the process ended after the file was opened (ESRCH)
 */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}
