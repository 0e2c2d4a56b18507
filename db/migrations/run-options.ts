import { readSettings } from '../settings.ts'
import type { MigrateOptions } from './migrate.ts'

/** How a command migrates: what the settings say, and where it tells of it. */
export function runOptions(log: (line: string) => void): MigrateOptions {
  const { migrateWait, allowOutOfOrder } = readSettings()
  return { wait: migrateWait * 1000, allowOutOfOrder, log }
}
