import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConnectionString, parseConnectionString } from 'postgres-kit/connection-string.ts'
import { findHome, type Home } from 'postgres-kit/embedded/home.ts'
import { serverUrl, startServer, stopServer } from 'postgres-kit/embedded/server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { PostgresMajor } from '../../../../db/settings.ts'

const PREFIX = 'mutants-'
let started = 0

/** A server of its own that is thrown away: mutants of roles would be felt by every other database of a server. */
export interface ThrowawayCluster {
  server: ConnectionString
  /** Stops the server, whoever is connected, and removes its files; once, however often it is called. */
  remove: () => Promise<void>
}

/** Starts a server beside the embedded one. What an earlier run left behind when it was killed is removed first. */
export async function startCluster(
  major: PostgresMajor,
  log: (line: string) => void,
): Promise<ThrowawayCluster> {
  const base = findHome(major, log)
  const parent = dirname(base.folder)
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent))
    if (name.startsWith(PREFIX) && isAbandoned(`${parent}/${name}`))
      await remove({ ...base, folder: `${parent}/${name}` })
  const home = { ...base, folder: `${parent}/${PREFIX}${process.pid}-${++started}` }
  mkdirSync(home.folder, { mode: 0o755 })
  writeFileSync(`${home.folder}/pid`, String(process.pid))
  try {
    const server = parseConnectionString(serverUrl(await startServer(home), 'postgres'))
    await withOwnerClient(server, async (client) => {
      // Nothing here has to survive a power cut.
      for (const setting of ['fsync', 'full_page_writes', 'autovacuum'])
        await client.query(`alter system set ${setting} = off`)
      await client.query('select pg_reload_conf()')
    })
    let removed: Promise<void> | undefined
    return {
      server,
      remove: () => {
        removed ??= remove(home)
        return removed
      },
    }
  } catch (error) {
    await remove(home)
    throw error
  }
}

async function remove(home: Home): Promise<void> {
  await stopServer(home)
  rmSync(home.folder, { recursive: true, force: true })
}

/** Whether the run that made the folder is over. A process id may have been given to another program since. */
function isAbandoned(folder: string): boolean {
  const file = `${folder}/pid`
  return !existsSync(file) || !commandOf(readFileSync(file, 'utf8')).includes('mutants')
}

/** The command line of a process; empty where there is none. */
function commandOf(pid: string): string {
  if (!existsSync('/proc/self/cmdline'))
    return spawnSync('ps', ['-p', pid, '-o', 'args='], { encoding: 'utf8' }).stdout
  const file = `/proc/${pid}/cmdline`
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
