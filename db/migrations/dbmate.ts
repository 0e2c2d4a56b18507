import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { failed } from 'postgres-kit/failure.ts'
import { isDistributed } from '../distribute/act-as.ts'
import { NO_RESTRICTIVE_POLICY } from '../distribute/refuse.ts'
import { withoutClash, withoutDrop } from './extensions.ts'
import { type MigrationFile, readMigration, readSection, withSection } from './files.ts'
import { forgetSql, LEDGER, recordSql } from './ledger.ts'
import { makeRunFolder } from './run-folder.ts'
import { lend, type Refusal, type Split } from './session/lend.ts'
import { endSession, type Session } from './session/session.ts'
import { loadSplit } from './session/split.ts'
import { pullSql, pushSql } from './supabase-ledger.ts'

/** How a run of dbmate ended. */
export interface DbmateResult {
  ok: boolean
  /** dbmate's error message, without its prefix. */
  error: string
  /** The statement that PostgreSQL refused, if that was the reason. */
  refusal: Refusal | undefined
  /** Whether the session can be used again. If not, its open transaction has been rolled back. */
  whole: boolean
}

/**
 * Runs dbmate's binary on exactly these files, in the session of this process. (dbmate's npm wrapper exits with 0 when dbmate
 * is killed by a signal.)
 *
 * @param onFile called with the name of each file when dbmate begins it
 */
export async function runDbmate(
  command: 'migrate' | 'rollback',
  session: Session,
  files: readonly MigrationFile[],
  onFile: (name: string) => void,
): Promise<DbmateResult> {
  // Run copies of the checked text, with the same line ends on every machine.
  const folder = makeRunFolder()
  try {
    const distributed = await isDistributed(session.client)
    const checks = distributed ? [NO_RESTRICTIVE_POLICY] : []
    for (const file of files)
      writeFileSync(join(folder, file.name), await textOf(file, command, session, checks))
    const split = distributed ? await prepareDistributed(session) : undefined
    const loan = await lend(session.client, split)
    let whole = false
    const result = await spawnDbmate(command, loan.url, folder, onFile).finally(async () => {
      whole = await loan.end()
      // dbmate was killed, or the connection was lost: the server may still be running the statement.
      if (!whole) await endSession(session)
    })
    return { ...result, refusal: loan.refusal(), whole }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** On a cluster, a migration changes tables and functions in one transaction, with one connection to each node. */
async function prepareDistributed({ client }: Session): Promise<Split> {
  await client.query(
    "set citus.multi_shard_modify_mode = 'sequential'; set citus.enable_unsafe_triggers = on",
  )
  return loadSplit()
}

/**
 * The text to run. In a transaction, it also runs the checks and writes to the ledgers. Without one, the text is a single statement, and the
 * caller writes to the ledgers. Extensions that existed before are neither created nor dropped.
 */
async function textOf(
  file: MigrationFile,
  command: 'migrate' | 'rollback',
  { supabase, extensions }: Session,
  checks: readonly string[],
): Promise<string> {
  const direction = command === 'migrate' ? 'up' : 'down'
  const section = readSection(file, direction)
  if (section?.transaction !== true) return readMigration(file)
  const [adapt, own, theirs] =
    direction === 'up' ? [withoutClash, recordSql, pushSql] : [withoutDrop, forgetSql, pullSql]
  const sql = extensions.length === 0 ? section.sql : await adapt(section.sql, extensions)
  const added = [...checks.map((check) => `${check};`), own(file), ...(supabase ? [theirs(file)] : [])]
  return withSection(file, direction, [sql, ';', ...added].join('\n'))
}

async function spawnDbmate(
  command: string,
  url: string,
  folder: string,
  onFile: (name: string) => void,
): Promise<{ ok: boolean; error: string }> {
  // Loaded here, because a run without pending migrations does not need it.
  const { resolveBinary } = await import('dbmate')
  const child = spawn(
    resolveBinary(),
    [
      // Without this, dbmate would read .env, which this project reads in db/settings.ts.
      '--env-file=/dev/null',
      `--migrations-dir=${folder}`,
      `--migrations-table=${LEDGER}`,
      '--no-dump-schema',
      command,
    ],
    // Pass nothing else of the environment: dbmate also reads PGSERVICE, PGOPTIONS, DBMATE_… and others.
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
