import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, realpathSync } from 'node:fs'
import { inRoot } from '../../../../db/paths.ts'
import type { PostgresMajor } from '../../../../db/settings.ts'
import { findBinaries } from './binaries.ts'
import { findSystemUser, type SystemUser } from './system-user.ts'

/** Where an embedded server lives and how its programs are run. */
export interface Home {
  major: PostgresMajor
  /** Holds `data/`, `server.json` and `server.log`. */
  folder: string
  /** Holds `bin/`, `lib/`, `share/`. */
  binaries: string
  /** The system user to run as; undefined: whoever runs this. */
  user: SystemUser | undefined
}

/**
 * The home of this clone's server: `.embedded/<major>`. Where root runs make in a clone that the system user
 * cannot enter (below /root, say), it is `/var/lib/centrid/<hash of the clone's path>/<major>` instead, with a copy
 * of the binaries.
 */
export function findHome(major: PostgresMajor, log: (line: string) => void): Home {
  const binaries = findBinaries(major, log)
  const user = findSystemUser()
  if (user && !canRun(binaries, user)) {
    const folder = `/var/lib/centrid/${createHash('sha256').update(realpathSync(inRoot())).digest('hex').slice(0, 12)}/${major}`
    const copy = `${folder}/postgresql`
    if (!existsSync(`${copy}/share`) || !canRun(copy, user)) {
      log(`Copying PostgreSQL to ${copy}: the system user cannot enter this folder`)
      mkdirSync(copy, { recursive: true, mode: 0o755 })
      cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true })
    }
    return { major, folder, binaries: copy, user }
  }
  return { major, folder: inRoot('.embedded', major), binaries, user }
}

function canRun(binaries: string, user: SystemUser): boolean {
  return spawnSync(`${binaries}/bin/postgres`, ['--version'], { ...user, cwd: '/' }).status === 0
}
