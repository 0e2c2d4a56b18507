import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { inRoot } from '../../paths.ts'
import type { Origin } from '../ledger.ts'

/** With what, and from which commit, migrations are applied: the ledger keeps it. */
export function findOrigin(): Origin {
  return { tool: `dbmate ${dbmateVersion()}`, commit: commit() }
}

/** As package.json pins it. */
function dbmateVersion(): string {
  const manifest: { devDependencies?: Record<string, string> } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  )
  return manifest.devDependencies?.dbmate ?? 'unknown'
}

/** The commit that is checked out; with `-dirty` where files differ from it. A deploy may come without git. */
function commit(): string | undefined {
  const { status, stdout } = spawnSync(
    'git',
    ['describe', '--always', '--abbrev=40', '--exclude=*', '--dirty'],
    { cwd: inRoot(), encoding: 'utf8' },
  )
  return status === 0 ? stdout.trim() : undefined
}
