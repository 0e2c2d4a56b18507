import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { findSystemUser } from 'postgres-kit/embedded/system-user.ts'
import { freePort } from 'postgres-kit/free-port.ts'
import { until } from '../client/fixture.ts'

/** Debian's path, otherwise the one on PATH. */
export const PGBOUNCER = [
  '/usr/sbin/pgbouncer',
  spawnSync('sh', ['-c', 'command -v pgbouncer'], { encoding: 'utf8' }).stdout.trim(),
].find((path) => path !== '' && existsSync(path))

export interface PgBouncer {
  port: number
  /** Kills PgBouncer with all connections, and starts it again on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts PgBouncer in transaction mode in front of a database, on a free port.
 *
 * @param serverConnections maximum number of connections to the database
 */
export async function startPgBouncer(
  database: ConnectionString,
  serverConnections: number,
): Promise<PgBouncer> {
  const { url } = database
  const folder = mkdtempSync(join(tmpdir(), 'centrid-pgbouncer-'))
  const port = await freePort()
  const password = decodeURIComponent(url.password)
  writeFileSync(`${folder}/users`, `"${url.username}" "${password}"\n`)
  writeFileSync(
    `${folder}/pgbouncer.ini`,
    `[databases]
${database.database} = host=${url.hostname} port=${url.port} dbname=${database.database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users
pool_mode = transaction
default_pool_size = ${serverConnections}
max_client_conn = 1000
logfile = ${folder}/log
pidfile = ${folder}/pid
`,
  )
  // PgBouncer refuses to run as root.
  const user = findSystemUser()
  for (const path of [folder, `${folder}/users`, `${folder}/pgbouncer.ini`]) {
    if (user) chownSync(path, user.uid, user.gid)
    chmodSync(path, path === folder ? 0o700 : 0o600)
  }

  let child: ChildProcess
  const start = async () => {
    child = spawn(PGBOUNCER ?? 'pgbouncer', ['-q', `${folder}/pgbouncer.ini`], {
      ...user,
      cwd: '/',
      stdio: 'ignore',
    })
    child.on('error', () => {})
    const failed = () =>
      `PgBouncer answers: ${existsSync(`${folder}/log`) ? readFileSync(`${folder}/log`, 'utf8') : ''}`
    await until(() => child.exitCode === null && answers(port), failed())
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    rmSync(`${folder}/pid`, { force: true })
  }
  await start()
  return {
    port,
    restart: async () => {
      await kill()
      await start()
    },
    stop: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}
