import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { environmentError } from '../failure.ts'
import { readIfThere } from '../read-if-there.ts'
import type { Home } from './home.ts'

/** What server.json stores about a cluster; only its owner can read the file. */
export interface ClusterRecord {
  port: number
  /** Password of the superuser `postgres`. */
  password: string
  /** A second password, for a login that the caller creates; this package creates no role. */
  appPassword: string
}

/**
 * Creates the data directory if it is missing. It is created atomically: an interrupted run starts again.
 *
 * @param thrownAway whether it may be lost in a power cut
 */
export function createCluster(home: Home, thrownAway: boolean): ClusterRecord {
  const known = readRecord(home)
  if (known && existsSync(`${home.folder}/data/PG_VERSION`)) return known

  refuseShellCharacters(home)
  const unfinished = `${home.folder}/data.unfinished`
  const passwordFile = `${home.folder}/password.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  rmSync(`${home.folder}/data`, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  const record: ClusterRecord = { port: 0, password: newPassword(), appPassword: newPassword() }
  writeFileSync(passwordFile, record.password, { mode: 0o600 })
  if (home.user) {
    chownSync(unfinished, home.user.uid, home.user.gid)
    chownSync(passwordFile, home.user.uid, home.user.gid)
  }
  const initdb = runInitdb(home, unfinished, passwordFile, thrownAway)
  rmSync(passwordFile)
  if (initdb.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw environmentError(`initdb failed: ${(initdb.stderr || initdb.error?.message || '').trim()}`)
  }
  writeRecord(home, record)
  renameSync(unfinished, `${home.folder}/data`)
  return record
}

/** Refuses paths that initdb cannot quote: it runs the server through a shell, with paths in double quotes. */
function refuseShellCharacters({ folder, binaries }: Home): void {
  const [character] = /[$`"\\\n]/.exec(folder + binaries) ?? []
  if (character !== undefined)
    throw environmentError(
      `PostgreSQL's initdb cannot work in a folder with ${JSON.stringify(character)} in its path (${folder}): move this folder, or set DATABASE_URL`,
    )
}

function runInitdb(home: Home, directory: string, passwordFile: string, thrownAway: boolean) {
  // Use the same locale on every machine, because text search folds case by it. PostgreSQL 17 includes C.UTF-8.
  const locale =
    Number(home.major) >= 17
      ? ['--locale-provider=builtin', '--locale=C.UTF-8']
      : [process.platform === 'darwin' ? '--locale=en_US.UTF-8' : '--locale=C.UTF-8']
  return spawnSync(
    `${home.binaries}/bin/initdb`,
    [
      `--pgdata=${directory}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--lc-messages=C',
      ...(thrownAway ? ['--no-sync'] : []),
      ...locale,
    ],
    {
      ...home.user,
      cwd: home.user ? '/' : home.folder,
      encoding: 'utf8',
      // Exclude PG* variables, which would change the cluster.
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    },
  )
}

/** The stored record of the cluster; undefined if there is none. */
export function readRecord(home: Home): ClusterRecord | undefined {
  const text = readIfThere(recordFile(home))
  if (text === undefined) return undefined
  const value: unknown = JSON.parse(text)
  return value as ClusterRecord
}

export function writeRecord(home: Home, record: ClusterRecord): void {
  const file = recordFile(home)
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}

function recordFile(home: Home): string {
  return `${home.folder}/server.json`
}

function newPassword(): string {
  return randomBytes(18).toString('base64url')
}
