import type pg from 'pg'
import { failed, messageOf } from 'postgres-kit/failure.ts'
import { type MigrationFile, readMigration } from './files.ts'

/** How long a statement of a migration may wait for a lock, and how long it may run. */
export type Timeouts = Record<'lock_timeout' | 'statement_timeout', string>

/** A session that waits for a lock blocks every later one, so give up early and retry. */
const DEFAULTS: Timeouts = { lock_timeout: '5s', statement_timeout: '5min' }

const LINE = /^--\s*(lock_timeout|statement_timeout):\s*(\S.*?)\s*$/gm

/** The timeouts of a migration: a line such as `-- lock_timeout: 30s` in the file sets another. */
export function timeoutsOf(file: MigrationFile): Timeouts {
  const set = [...readMigration(file).matchAll(LINE)].map(([, name, value]) => [name, value])
  return { ...DEFAULTS, ...Object.fromEntries(set) }
}

/** @throws Failure (1) if PostgreSQL refuses a value */
export async function setTimeouts(client: pg.Client, file: MigrationFile): Promise<void> {
  for (const [name, value] of Object.entries(timeoutsOf(file))) {
    await client.query('select set_config($1, $2, false)', [name, value]).catch((error: unknown) => {
      throw failed(`migrations/${file.name}: ${messageOf(error)}. Write it like: -- ${name}: 30s`, error)
    })
  }
}
