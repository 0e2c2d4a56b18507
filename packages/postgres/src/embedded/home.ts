import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { findBinaries } from './binaries.ts'
import type { PostgresMajor } from './majors.ts'
import type { Place } from './place.ts'
import { findSystemUser, type SystemUser } from './system-user.ts'

/** The folders and the system user of an embedded server. */
export interface Home {
  major: PostgresMajor
  /** Contains `data/`, `server.json` and `server.log`. */
  folder: string
  /** Contains `bin/`, `lib/`, `share/`. */
  binaries: string
  /** The system user to run as; undefined: the current user. */
  user: SystemUser | undefined
}

/**
 * The home of a project's server: `<folder>/<major>`. If root runs this and the system user cannot enter the
 * folder (such as one in /root), it is `<shared>/<hash of the project's path>/<major>` instead, with a copy of the binaries.
 */
export function findHome(major: PostgresMajor, place: Place, log: (line: string) => void): Home {
  const binaries = findBinaries(major, place, log)
  const user = findSystemUser()
  // The system user must be able to read what root creates here, even if root's umask is 077.
  if (user) process.umask(process.umask() & ~0o055)
  if (user && !canRun(binaries, user)) {
    const hash = createHash('sha256')
      .update(realpathSync(dirname(place.folder)))
      .digest('hex')
      .slice(0, 12)
    const folder = `${place.shared}/${hash}/${major}`
    const copy = `${folder}/postgresql`
    if (!existsSync(`${copy}/share`) || !canRun(copy, user)) {
      log(`Copying PostgreSQL to ${copy}: the system user cannot enter this folder`)
      mkdirSync(copy, { recursive: true, mode: 0o755 })
      cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true })
      spawnSync('chmod', ['-R', 'a+rX', copy])
    }
    return { major, folder, binaries: copy, user }
  }
  return { major, folder: `${place.folder}/${major}`, binaries, user }
}

function canRun(binaries: string, user: SystemUser): boolean {
  return spawnSync(`${binaries}/bin/postgres`, ['--version'], { ...user, cwd: '/' }).status === 0
}
