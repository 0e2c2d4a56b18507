import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { inRoot } from '../../paths.ts'
import type { Origin } from '../ledger.ts'

/** The tool and the commit with which migrations are applied, for the ledger. */
export function findOrigin(): Origin {
  return { tool: `dbmate ${dbmateVersion()}`, commit: commit() }
}

/** The version pinned in package.json. */
function dbmateVersion(): string {
  const manifest: { devDependencies?: Record<string, string> } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  )
  return manifest.devDependencies?.dbmate ?? 'unknown'
}

/** The current commit, with `-dirty` if files differ from it; undefined without git. */
function commit(): string | undefined {
  const { status, stdout } = spawnSync(
    'git',
    ['describe', '--always', '--abbrev=40', '--exclude=*', '--dirty'],
    { cwd: inRoot(), encoding: 'utf8' },
  )
  return status === 0 ? stdout.trim() : undefined
}
