import { createHash } from 'node:crypto'
import { lstatSync, statfsSync } from 'node:fs'

const FOLDER = '/dev/shm'
/** `f_type` of a tmpfs: statfs(2). */
const TMPFS = 0x01021994
const ENOUGH_BYTES = 2 * 1024 ** 3

/** Where folders are made: below `parent`, with names that begin with `prefix`. */
export interface Parent {
  folder: string
  prefix: string
}

/**
 * Memory, on Linux, where there is room for a few databases; else the folder itself. A server in memory takes a
 * third less processor time to clone databases: ext4 looks long for the inodes of thousands of small files.
 *
 * @param folder of the project; in memory, the names of its folders are made from it
 * @param known a folder's name: where it is in memory already, there is room
 */
export function parentInMemory(folder: string, known?: string): Parent {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const prefix = `postgres-kit-${hash}-`
  const isThere = known !== undefined && isOurs(`${FOLDER}/${prefix}${known}`)
  return isThere || hasRoom() ? { folder: FOLDER, prefix } : { folder, prefix: '' }
}

/** Whether a folder is there and of the user that runs this: anybody can make one below /dev/shm. (Windows has no user ids.) */
export function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found !== undefined && (process.getuid === undefined || found.uid === process.getuid())
}

function hasRoom(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const { type, bavail, bsize } = statfsSync(FOLDER)
    return type === TMPFS && bavail * bsize >= ENOUGH_BYTES && process.availableMemory() >= ENOUGH_BYTES
  } catch {
    return false
  }
}
