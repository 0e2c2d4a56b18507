import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConnectionString, parseConnectionString } from '../connection-string.ts'
import { environmentError, failed } from '../failure.ts'
import { readIfThere } from '../read-if-there.ts'
import type { Home } from './home.ts'
import { isOurs, type Parent, parentInMemory } from './memory-folder.ts'
import { type RunningServer, serverUrl, startServer, stopServer } from './server.ts'

/** A server for one process, for tests that would affect other databases of a shared server: roles, settings, crashes. */
export interface ThrowawayServer {
  /** Its database `postgres`, as superuser. */
  server: ConnectionString
  /** Shuts the server down cleanly and starts it again on the same port, with empty caches. */
  restart: () => Promise<void>
  /** Stops the server, ends all connections and removes its files. Repeated calls do nothing. */
  remove: () => Promise<void>
}

// The data may be lost in a power cut.
const UNSAFE = { fsync: 'off', full_page_writes: 'off' }

let started = 0

/**
 * Starts a server next to another one. First removes the servers of the same kind that killed processes left.
 *
 * @param beside home of the other server, which need not exist; its binaries are used. The new files are in memory
 * if there is room, otherwise in the parent folder of the other server
 * @param kind prefix of its folder's name, such as `mutants`
 * @param settings of the server
 */
export async function startThrowawayServer(
  beside: Home,
  kind: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ThrowawayServer> {
  const parent = parentOf(beside)
  for (const parents of new Set([parent.folder, dirname(beside.folder)])) {
    const prefix = parents === parent.folder ? parent.prefix : ''
    for (const name of existsSync(parents) ? readdirSync(parents) : []) {
      const folder = `${parents}/${name}`
      if (name.startsWith(`${prefix}${kind}-`) && isOurs(folder) && isAbandoned(folder))
        await removeServer({ ...beside, folder })
    }
  }
  const home: Home = { ...beside, folder: throwawayFolder(beside, kind, process.pid, ++started) }
  // Not recursive: fails if another user has created a folder of that name in memory.
  mkdirSync(home.folder, { mode: 0o755 })
  writeFileSync(`${home.folder}/owner`, `${process.pid}\n${commandOf(process.pid)}`)
  try {
    const start = () => startServer(home, { settings: { ...UNSAFE, ...settings }, thrownAway: true })
    const running = await start()
    let removed: Promise<void> | undefined
    return {
      server: parseConnectionString(serverUrl(running, 'postgres')),
      restart: async () => {
        await stopServer(home)
        if ((await start()).port !== running.port) throw failed(`port ${running.port} was taken meanwhile`)
      },
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

/** The folder of a process's throw-away server. */
export function throwawayFolder(beside: Home, kind: string, pid: number, count: number): string {
  const { folder, prefix } = parentOf(beside)
  return `${folder}/${prefix}${kind}-${pid}-${count}`
}

/**
 * Home of a server for throw-away databases, shared by all processes of a project. It runs until it is stopped.
 *
 * @param beside home of the other server, which need not exist
 */
export function scratchHome(beside: Home): Home {
  const name = `scratch-${beside.major}`
  const onDisk = `${dirname(beside.folder)}/${name}`
  // A server that was created on disk when memory was short is used again, even if there is room now.
  if (existsSync(onDisk)) return { ...beside, folder: onDisk }
  const { folder, prefix } = parentOf(beside, name)
  return { ...beside, folder: `${folder}/${prefix}${name}` }
}

/** Starts the server of `scratchHome` if it is not running. After an unclean shutdown it starts empty. */
export async function startScratchServer(home: Home): Promise<RunningServer> {
  mkdirSync(home.folder, { recursive: true, mode: 0o755 })
  if (!isOurs(home.folder)) throw environmentError(`${home.folder} belongs to another user: remove it`)
  return startServer(home, { settings: UNSAFE, thrownAway: true })
}

/** Stops the server of `scratchHome`, ends all connections and removes its files; returns whether it was running. */
export async function removeScratchServer(home: Home): Promise<boolean> {
  if (!existsSync(home.folder) || !isOurs(home.folder)) return false
  const ran = await stopServer(home, 'SIGQUIT')
  rmSync(home.folder, { recursive: true, force: true })
  return ran
}

/** @param known a folder that stays in memory if it already exists there, however little space is left */
function parentOf({ folder }: Home, known?: string): Parent {
  mkdirSync(dirname(folder), { recursive: true })
  return parentInMemory(dirname(folder), known)
}

async function removeServer(home: Home): Promise<void> {
  await stopServer(home, 'SIGQUIT')
  rmSync(home.folder, { recursive: true, force: true })
}

/** Whether the process that created the folder has ended. Another program may have its id by now. */
function isAbandoned(folder: string): boolean {
  const owner = readIfThere(`${folder}/owner`)
  if (owner === undefined) return true
  const [pid = '', command = ''] = owner.split('\n')
  return commandOf(Number(pid)) !== command
}

/** The command line of a process, on one line; empty if there is no such process. */
function commandOf(pid: number): string {
  if (existsSync('/proc/self/cmdline')) return oneLine(readIfThere(`/proc/${pid}/cmdline`) ?? '')
  return oneLine(spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout)
}

function oneLine(text: string): string {
  return text.replaceAll(/[\0\s]+/g, ' ').trim()
}
