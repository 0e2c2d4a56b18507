import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import { LEDGER } from './ledger.ts'

/** How a run of dbmate ended. */
export interface DbmateResult {
  ok: boolean
  /** What dbmate said of the error, without its prefix. */
  error: string
}

/**
 * Runs dbmate's binary. (Not its npm wrapper: that exits 0 when dbmate is killed by a signal.)
 *
 * @param onFile told the name of each file as dbmate begins with it
 */
export async function runDbmate(
  command: 'migrate' | 'rollback',
  connection: ConnectionString,
  onFile: (name: string) => void,
  folder = inRoot('migrations'),
): Promise<DbmateResult> {
  // Loaded here: a run with nothing pending does without.
  const { resolveBinary } = await import('dbmate')
  const url = new URL(connection.url)
  url.searchParams.set('sslmode', connection.sslMode === 'no-verify' ? 'require' : connection.sslMode)
  const child = spawn(
    resolveBinary(),
    [
      // An empty file: dbmate would read .env by itself, and this project reads it in db/settings.ts.
      '--env-file=/dev/null',
      `--migrations-dir=${folder}`,
      `--migrations-table=${LEDGER}`,
      '--no-dump-schema',
      command,
    ],
    // In the environment, not in the arguments: those show in the list of processes.
    { env: { ...process.env, DATABASE_URL: url.href }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let error = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  createInterface(child.stdout).on('line', (line) => {
    const name = /^(?:Applying|Rolling back): (.+)$/.exec(line)?.[1]
    if (name !== undefined) onFile(name)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(failed(`dbmate did not start: ${cause.message}`, cause)))
    child.once('close', (code, signal) => {
      if (signal) error += `dbmate was killed by ${signal}`
      resolve({ ok: code === 0, error: error.replace(/^Error: /, '').trim() })
    })
  })
}
