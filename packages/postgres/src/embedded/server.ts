import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { failed } from '../failure.ts'
import { freePort, isFreePort } from '../free-port.ts'
import { type ClusterRecord, createCluster, readRecord, writeRecord } from './cluster.ts'
import type { Home } from './home.ts'
import { withLock } from './lock.ts'
import { readPostmaster, removeStalePostmaster } from './postmaster.ts'

/** A running server: its port and its passwords. */
export type RunningServer = ClusterRecord

// Safe: a power cut can lose only the last commits (synchronous_commit = off), and never corrupts data (fsync is on).
// Fast: no replication, no JIT, rare checkpoints.
const SERVER_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  logging_collector: 'off',
  log_min_messages: 'warning',
  timezone: 'UTC',
}

const START_TIMEOUT_MS = 60_000

export interface StartOptions {
  /** Settings of the server, in addition to this package's. */
  settings?: Readonly<Record<string, string>>
  /** Whether the data may be lost in a power cut: `initdb --no-sync`, and a new cluster after one. */
  thrownAway?: boolean
}

/** Starts the server if it is not running, after creating its cluster if necessary. It keeps running after this process. */
export async function startServer(
  home: Home,
  { settings = {}, thrownAway = false }: StartOptions = {},
): Promise<RunningServer> {
  const running = await findServer(home)
  if (running) return running
  mkdirSync(home.folder, { recursive: true, mode: 0o755 })
  return withLock(`${home.folder}/lock`, async () => {
    const meanwhile = await findServer(home)
    if (meanwhile) return meanwhile
    const data = `${home.folder}/data`
    if (removeStalePostmaster(data) && thrownAway) rmSync(data, { recursive: true, force: true })
    const record = createCluster(home, thrownAway)
    let reason = ''
    for (let attempt = 0; attempt < 3; attempt++) {
      const port = record.port > 0 && (await isFreePort(record.port)) ? record.port : await freePort()
      const started: ClusterRecord = { ...record, port }
      reason = await launch(home, started, { ...SERVER_SETTINGS, ...settings })
      if (reason === '') {
        writeRecord(home, started)
        return started
      }
    }
    throw failed(`PostgreSQL did not start: ${reason}\nIts log: ${home.folder}/server.log`)
  })
}

/** The server if it is running and is ours (it accepts our password); otherwise undefined. */
export async function findServer(home: Home): Promise<RunningServer | undefined> {
  const record = readRecord(home)
  if (!record || record.port === 0) return undefined
  return (await answers(record)) ? record : undefined
}

/**
 * Stops the server; returns whether it ran. Open transactions are rolled back.
 *
 * @param signal SIGINT, or SIGQUIT for a throw-away server, which leaves the data as after a power cut
 */
export async function stopServer(home: Home, signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<boolean> {
  const data = `${home.folder}/data`
  removeStalePostmaster(data)
  const postmaster = readPostmaster(data)
  if (!postmaster) return false
  process.kill(postmaster.pid, signal)
  await until(() => readPostmaster(data) === undefined, `PostgreSQL (process ${postmaster.pid}) did not stop`)
  return true
}

/** Connection string of a database of the server, as the superuser `postgres`. */
export function serverUrl(server: RunningServer, database: string): string {
  return `postgres://postgres:${server.password}@127.0.0.1:${server.port}/${database}?sslmode=disable`
}

/** Starts the process and waits until it accepts connections; returns '' or the reason for the failure. */
async function launch(
  home: Home,
  record: ClusterRecord,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  // Truncated at each start, because the log contains every statement that a test expects to be refused.
  const log = openSync(`${home.folder}/server.log`, 'w', 0o600)
  const flags = Object.entries({ ...settings, port: String(record.port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(`${home.binaries}/bin/postgres`, ['-D', `${home.folder}/data`, ...flags], {
    ...home.user,
    cwd: home.user ? '/' : home.folder,
    detached: true,
    stdio: ['ignore', log, log],
    // Exclude the caller's secrets, and PG* variables, which would change the server.
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  })
  closeSync(log)
  let exited = false
  let spawnError = ''
  child.once('exit', () => {
    exited = true
  })
  child.once('error', (error) => {
    exited = true
    spawnError = error.message
  })
  child.unref()
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!exited && Date.now() < deadline) {
    if (readPostmaster(`${home.folder}/data`)?.ready && (await answers(record))) return ''
    await sleep(10)
  }
  if (!exited) return `not ready after ${START_TIMEOUT_MS / 1000} s`
  return spawnError || readFileSync(`${home.folder}/server.log`, 'utf8').trim()
}

async function answers(record: ClusterRecord): Promise<boolean> {
  const client = new pg.Client({
    connectionString: serverUrl(record, 'postgres'),
    connectionTimeoutMillis: 5_000,
    application_name: 'postgres-kit',
  })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch {
    // Not awaited: it never settles if the other side accepted the connection and sent nothing.
    void client.end().catch(() => {})
    return false
  }
  await client.end()
  return true
}

async function until(condition: () => boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!condition()) {
    if (Date.now() > deadline) throw failed(otherwise)
    await sleep(10)
  }
}

/** Removes the cluster and everything in it; the server must be stopped. */
export function removeCluster(home: Home): void {
  rmSync(home.folder, { recursive: true, force: true })
}
