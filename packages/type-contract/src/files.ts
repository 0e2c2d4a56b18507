import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inRoot } from '../../../db/paths.ts'
import type { GeneratedFiles } from './generate.ts'

/** Writes the files that differ; answers their paths. */
export function writeGenerated(files: GeneratedFiles): string[] {
  const stale = findStale(files)
  for (const { path, fresh } of stale) {
    mkdirSync(dirname(inRoot(path)), { recursive: true })
    writeFileSync(inRoot(path), fresh)
  }
  return stale.map(({ path }) => path)
}

export interface StaleFile {
  path: string
  committed: string
  fresh: string
}

/** The files whose text is not what the database makes. */
export function findStale(files: GeneratedFiles): StaleFile[] {
  return [...files]
    .map(([file, fresh]) => ({ path: `types/${file}`, fresh, committed: readIfThere(inRoot('types', file)) }))
    .filter(({ committed, fresh }) => committed !== fresh)
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
