import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Text of every generated file, by its path below the package's folder. */
export type GeneratedFiles = ReadonlyMap<string, string>

/** The folder of the published package. */
export interface Output {
  /** Absolute path. */
  folder: string
  /** Its name in messages. */
  name: string
}

/** Writes the files that differ, and returns their paths. */
export function writeGenerated(files: GeneratedFiles, output: Output): string[] {
  const stale = findStale(files, output)
  for (const { file, fresh } of stale) {
    const path = join(output.folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, fresh)
  }
  return stale.map(({ path }) => path)
}

export interface StaleFile {
  /** Path below the output folder. */
  file: string
  /** Path for messages. */
  path: string
  committed: string
  fresh: string
}

/** The files whose text differs from what the database would generate. */
export function findStale(files: GeneratedFiles, { folder, name }: Output): StaleFile[] {
  return [...files]
    .map(([file, fresh]) => ({
      file,
      path: `${name}/${file}`,
      fresh,
      committed: readIfThere(join(folder, file)),
    }))
    .filter(({ committed, fresh }) => committed !== fresh)
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
