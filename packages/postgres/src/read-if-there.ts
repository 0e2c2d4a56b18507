import { readFileSync } from 'node:fs'
import { codeOf } from './failure.ts'

/**
 * Reads a text file that another process may remove at any moment: looking first whether it is there would not help.
 *
 * @returns undefined if it is not there; below /proc, also if the process has ended since it was opened (ESRCH)
 */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}
