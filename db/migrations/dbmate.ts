import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { failed } from 'postgres-kit/failure.ts'
import { withoutClash, withoutDrop } from './extensions.ts'
import { type MigrationFile, readMigration, readSection, withSection } from './files.ts'
import { forgetSql, LEDGER, recordSql } from './ledger.ts'
import { makeRunFolder } from './run-folder.ts'
import { lend, type Refusal } from './session/lend.ts'
import { endSession, type Session } from './session/session.ts'
import { pullSql, pushSql } from './supabase-ledger.ts'

/** How a run of dbmate ended. */
export interface DbmateResult {
  ok: boolean
  /** What dbmate said of the error, without its prefix. */
  error: string
  /** What PostgreSQL refused, where it was that. */
  refusal: Refusal | undefined
  /** Whether the session is there for more: otherwise what it was in the middle of is undone. */
  whole: boolean
}

/**
 * Runs dbmate's binary on these files and no others, in the session of this process. (Not its npm wrapper: that exits 0
 * when dbmate is killed by a signal.)
 *
 * @param onFile told the name of each file as dbmate begins with it
 */
export async function runDbmate(
  command: 'migrate' | 'rollback',
  session: Session,
  files: readonly MigrationFile[],
  onFile: (name: string) => void,
): Promise<DbmateResult> {
  // Copies: what was checked is what is run, with the same line ends on every machine.
  const folder = makeRunFolder()
  try {
    for (const file of files) writeFileSync(join(folder, file.name), await textOf(file, command, session))
    const loan = await lend(session.client)
    let whole = false
    const result = await spawnDbmate(command, loan.url, folder, onFile).finally(async () => {
      whole = await loan.end()
      // dbmate was killed, or the connection broke: the server may still be at work.
      if (!whole) await endSession(session)
    })
    return { ...result, refusal: loan.refusal(), whole }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * What is run of a file. A transaction also writes into the ledgers; what is outside of one is a single statement, and
 * recorded by the caller. Extensions that were there before are neither made nor dropped.
 */
async function textOf(
  file: MigrationFile,
  command: 'migrate' | 'rollback',
  { supabase, extensions }: Session,
): Promise<string> {
  const direction = command === 'migrate' ? 'up' : 'down'
  const section = readSection(file, direction)
  if (section?.transaction !== true) return readMigration(file)
  const [adapt, own, theirs] =
    direction === 'up' ? [withoutClash, recordSql, pushSql] : [withoutDrop, forgetSql, pullSql]
  const sql = extensions.length === 0 ? section.sql : await adapt(section.sql, extensions)
  return withSection(file, direction, [sql, ';', own(file), ...(supabase ? [theirs(file)] : [])].join('\n'))
}

async function spawnDbmate(
  command: string,
  url: string,
  folder: string,
  onFile: (name: string) => void,
): Promise<{ ok: boolean; error: string }> {
  // Loaded here: a run with nothing pending does without.
  const { resolveBinary } = await import('dbmate')
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
    // Nothing else of the caller's environment: dbmate heeds PGSERVICE, PGOPTIONS, DBMATE_… and more.
    { env: { DATABASE_URL: url }, stdio: ['ignore', 'pipe', 'pipe'] },
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
