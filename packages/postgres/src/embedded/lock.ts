import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, failed } from '../failure.ts'
import { isProcessAlive } from '../process-alive.ts'
import { readIfThere } from '../read-if-there.ts'

const WAIT_MS = 120_000
const REMOVAL_MS = 5_000

/**
 * Runs `work` while no other process of this machine holds the lock. A lock whose holder is dead is taken over.
 *
 * @throws Failure (1) that names the holder, if it still has the lock after `wait` milliseconds
 */
export async function withLock<T>(folder: string, work: () => Promise<T>, wait = WAIT_MS): Promise<T> {
  const deadline = Date.now() + wait
  while (!take(folder)) {
    const holder = holderOf(folder)
    if (holder !== undefined && !isProcessAlive(holder)) removeAbandoned(folder)
    else if (holder !== undefined && Date.now() > deadline)
      throw failed(`process ${holder} holds ${folder}: wait for it, resume it if it is suspended, or end it`)
    else await sleep(20)
  }
  try {
    return await work()
  } finally {
    remove(folder, ownName(folder))
  }
}

/** A folder that has a file cannot be renamed over: the lock appears at once, with the name of its holder. */
function take(folder: string): boolean {
  const own = ownName(folder)
  mkdirSync(own, { recursive: true })
  writeFileSync(`${own}/pid`, String(process.pid))
  try {
    renameSync(own, folder)
    return true
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return false
    throw error
  }
}

function ownName(folder: string): string {
  return `${folder}.${process.pid}`
}

/** Renamed first: without its file, and not yet gone, it could be renamed over. */
function remove(folder: string, aside: string): void {
  renameSync(folder, aside)
  rmSync(aside, { recursive: true, force: true })
}

function holderOf(folder: string): number | undefined {
  const pid = readIfThere(`${folder}/pid`)
  return pid === undefined ? undefined : Number(pid)
}

/** One process at a time removes a lock: between the look and the removal, another could have taken the lock over. */
function removeAbandoned(folder: string): void {
  const removal = `${folder}.removal`
  try {
    mkdirSync(removal)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    // Left by a process that was killed here.
    if (Date.now() - (statSync(removal, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > REMOVAL_MS)
      rmSync(removal, { recursive: true, force: true })
    return
  }
  const holder = holderOf(folder)
  if (holder !== undefined && !isProcessAlive(holder)) remove(folder, `${removal}/lock`)
  rmSync(removal, { recursive: true, force: true })
}
