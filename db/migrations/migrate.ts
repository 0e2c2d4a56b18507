import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import { runDbmate } from './dbmate.ts'
import { explainFailure } from './explain.ts'
import { type Session, withSession } from './session/session.ts'
import { migrationState, readState } from './state.ts'

/** What happens during a run, for whoever shows it. */
export type MigrationEvent =
  | { type: 'start'; name: string; number: number; of: number }
  | { type: 'done'; name: string; milliseconds: number }

export interface MigrateOptions {
  folder?: string
  /** Milliseconds to wait for another deploy that migrates this database. */
  wait?: number
  /** Told what a person should know of a run besides its files. */
  log?: (line: string) => void
}

/** How long a deploy waits for another: ten minutes. */
export const DEFAULT_WAIT_MS = 600_000

/**
 * Applies the pending migrations, each in a transaction of its own. Any number of deploys may begin at once: one
 * migrates, the others wait for it and then find nothing pending.
 *
 * @returns names of the files applied; none when nothing was pending
 * @throws Failure (1) with file, line, statement and SQLSTATE where a migration fails: nothing of that file stays
 * @throws Failure (2) where the database lacks what migrations rely on (`auth.uid()`), or is behind a pooler in
 *   transaction mode
 */
export async function migrate(
  connection: ConnectionString,
  report: (event: MigrationEvent) => void,
  { folder = inRoot('migrations'), wait = DEFAULT_WAIT_MS, log = () => {} }: MigrateOptions = {},
): Promise<string[]> {
  const { pending } = await migrationState(connection, folder)
  if (pending.length === 0) return []
  return withSession(connection, { wait, log }, (session) => applyPending(session, report, folder))
}

async function applyPending(
  session: Session,
  report: (event: MigrationEvent) => void,
  folder: string,
): Promise<string[]> {
  // Read again: another deploy may have applied them while this one waited.
  const { pending } = await readState(session.client, folder)
  if (pending.length === 0) return []
  const done: string[] = []
  let current: { name: string; since: number } | undefined
  const finish = () => {
    if (!current) return
    report({ type: 'done', name: current.name, milliseconds: performance.now() - current.since })
    done.push(current.name)
  }
  const result = await runDbmate('migrate', session, pending, (name) => {
    // dbmate prints "Applied" after a failure as well: a file is done when the next one begins, or at the end.
    finish()
    current = { name, since: performance.now() }
    report({ type: 'start', name, number: done.length + 1, of: pending.length })
  })
  if (!result.ok) {
    const file = pending.find((candidate) => candidate.name === current?.name)
    throw file ? await explainFailure(file, 'up', result) : failed(`dbmate failed: ${result.error}`)
  }
  finish()
  return done
}
