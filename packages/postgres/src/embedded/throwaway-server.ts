import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConnectionString, parseConnectionString } from '../connection-string.ts'
import type { Home } from './home.ts'
import { serverUrl, startServer, stopServer } from './server.ts'

/** A server of one process, for what other databases of a server would feel: roles, settings, crashes. */
export interface ThrowawayServer {
  /** Its database `postgres`, as superuser. */
  server: ConnectionString
  /** Stops the server, whoever is connected, and removes its files; once, however often it is called. */
  remove: () => Promise<void>
}

// Nothing in it has to survive a power cut.
const UNSAFE = { fsync: 'off', full_page_writes: 'off' }

let started = 0

/**
 * Starts a server beside another one. What a killed process left of the same kind is removed first.
 *
 * @param beside home of the other server, which need not exist: this one uses its binaries and its parent folder
 * @param kind begins the name of its folder, such as `mutants`
 * @param settings of the server
 */
export async function startThrowawayServer(
  beside: Home,
  kind: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ThrowawayServer> {
  const parent = dirname(beside.folder)
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${kind}-`) && isAbandoned(`${parent}/${name}`))
      await removeServer({ ...beside, folder: `${parent}/${name}` })
  }
  const home: Home = { ...beside, folder: `${parent}/${kind}-${process.pid}-${++started}` }
  mkdirSync(home.folder, { mode: 0o755 })
  writeFileSync(`${home.folder}/owner`, `${process.pid}\n${commandOf(process.pid)}`)
  try {
    const running = await startServer(home, { settings: { ...UNSAFE, ...settings }, thrownAway: true })
    let removed: Promise<void> | undefined
    return {
      server: parseConnectionString(serverUrl(running, 'postgres')),
      remove: () => {
        removed ??= removeServer(home)
        return removed
      },
    }
  } catch (error) {
    await removeServer(home)
    throw error
  }
}

async function removeServer(home: Home): Promise<void> {
  await stopServer(home, 'SIGQUIT')
  rmSync(home.folder, { recursive: true, force: true })
}

/** Whether the process that made the folder is gone. Its id may have been given to another program since. */
function isAbandoned(folder: string): boolean {
  const file = `${folder}/owner`
  if (!existsSync(file)) return true
  const [pid = '', command = ''] = readFileSync(file, 'utf8').split('\n')
  return commandOf(Number(pid)) !== command
}

/** The command line of a process, on one line; empty where there is none. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`
  if (existsSync('/proc/self/cmdline')) return existsSync(file) ? oneLine(readFileSync(file, 'utf8')) : ''
  return oneLine(spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout)
}

function oneLine(text: string): string {
  return text.replaceAll(/[\0\s]+/g, ' ').trim()
}
