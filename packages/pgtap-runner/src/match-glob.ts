import { existsSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import picomatch from 'picomatch'

/** Files matching an absolute glob, sorted. `walk` lists everything below a folder. */
export function matchGlob(glob: string, walk: (folder: string) => string[]): string[] {
  const { base } = picomatch.scan(glob)
  const matches = picomatch(glob)
  const folder = base || dirname(sep)
  return existsSync(folder)
    ? walk(folder)
        .filter((file) => matches(file))
        .sort()
    : []
}
