import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, failed } from '../failure.ts'
import { isProcessAlive } from '../process-alive.ts'

const WAIT_MS = 120_000
const UNNAMED_MS = 5_000

/** Runs `work` while no other process of this machine holds the lock. A lock whose holder is dead is taken over. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + WAIT_MS
  while (!take(folder)) {
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true })
    else if (Date.now() > deadline)
      throw failed(`another process holds ${folder}: wait for it, or remove that folder`)
    else await sleep(20)
  }
  try {
    return await work()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function take(folder: string): boolean {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  writeFileSync(`${folder}/pid`, String(process.pid))
  return true
}

function isAbandoned(folder: string): boolean {
  try {
    const holder = existsSync(`${folder}/pid`) ? readFileSync(`${folder}/pid`, 'utf8') : ''
    if (holder !== '') return !isProcessAlive(Number(holder))
    // The folder exists but does not name its holder yet: after a while, the holder counts as dead.
    return Date.now() - statSync(folder).mtimeMs > UNNAMED_MS
  } catch {
    // The lock was released meanwhile.
    return false
  }
}
