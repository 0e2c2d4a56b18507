import { readSettings } from '../settings.ts'
import type { MigrateOptions } from './migrate.ts'

/** The migration options from the settings. */
export function runOptions(log: (line: string) => void): MigrateOptions {
  const { migrateWait, allowOutOfOrder } = readSettings()
  return { wait: migrateWait * 1000, allowOutOfOrder, log }
}
