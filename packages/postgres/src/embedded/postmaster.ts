import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { readIfThere } from '../read-if-there.ts'

/** The data in postmaster.pid about the main process: manual, "Database File Layout", postmaster.pid. */
export interface Postmaster {
  pid: number
  ready: boolean
}

/** The main process named in postmaster.pid; undefined if there is none. */
export function readPostmaster(dataDirectory: string): Postmaster | undefined {
  const lines = readIfThere(`${dataDirectory}/postmaster.pid`)?.split('\n') ?? []
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined
}

/**
 * Removes a postmaster.pid that a power cut or kill -9 left behind. PostgreSQL does so itself, unless another
 * program has the same process id by now: then it refuses to start.
 *
 * @returns whether there was one
 */
export function removeStalePostmaster(dataDirectory: string): boolean {
  const file = `${dataDirectory}/postmaster.pid`
  if (!existsSync(file)) return false
  const postmaster = readPostmaster(dataDirectory)
  if (postmaster && isPostgres(postmaster.pid, dataDirectory)) return false
  rmSync(file, { force: true })
  return true
}

function isPostgres(pid: number, dataDirectory: string): boolean {
  const command = existsSync('/proc/self/cmdline')
    ? (readIfThere(`/proc/${pid}/cmdline`) ?? '')
    : spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout
  return command.includes('postgres') && command.includes(dataDirectory)
}
