import { dirname, sep } from 'node:path'
import picomatch from 'picomatch'

/** Files matching an absolute glob, sorted. `walk` lists everything below a folder. */
export async function matchGlob(
  glob: string,
  walk: (folder: string) => Promise<string[]>,
): Promise<string[]> {
  const { base } = picomatch.scan(glob)
  const matches = picomatch(glob)
  const files = await walk(base || dirname(sep)).catch(() => [])
  return files.filter((file) => matches(file)).sort()
}
