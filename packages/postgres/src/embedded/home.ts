import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { findBinaries } from './binaries.ts'
import type { PostgresMajor } from './majors.ts'
import type { Place } from './place.ts'
import { findSystemUser, type SystemUser } from './system-user.ts'

/** Where an embedded server lives and how its programs are run. */
export interface Home {
  major: PostgresMajor
  /** Holds `data/`, `server.json` and `server.log`. */
  folder: string
  /** Holds `bin/`, `lib/`, `share/`. */
  binaries: string
  /** The system user to run as; undefined: the current user. */
  user: SystemUser | undefined
}

/**
 * The home of the server of a place: `<folder>/<major>`. Where root runs this and the system user cannot enter the
 * folder (below /root, say), it is `<shared>/<hash of the project's path>/<major>` instead, with a copy of the binaries.
 */
export function findHome(major: PostgresMajor, place: Place, log: (line: string) => void): Home {
  const binaries = findBinaries(major, place, log)
  const user = findSystemUser()
  // What root makes here, the system user must be able to enter and read: umask 077 would not let it.
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
