import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { UsageError } from '../usage-error.ts'
import { CommandError, type PsqlContext } from './context.ts'
import { openScript, type Script } from './script.ts'

/** Whether `path` is `folder` or inside it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * Opens the file of `\i` (relative to the working directory) or `\ir` (relative to the current script).
 * @throws UsageError for a file that includes itself, or one outside the folders the run may read
 */
export function openInclude(
  context: PsqlContext,
  from: Script,
  line: number,
  given: string,
  beside: boolean,
): Script {
  const here = `${from.name}:${line}`
  let path = resolve(beside ? dirname(from.path) : context.cwd, given)
  try {
    path = realpathSync(path)
  } catch {
    throw new CommandError(`${given}: No such file or directory`)
  }
  if (!context.roots.some((root) => isWithin(path, root))) {
    throw new UsageError(
      `${here}: ${given} lies outside ${context.roots.join(', ')}; allow its folder with --root`,
    )
  }
  if (context.including.includes(path)) {
    throw new UsageError(
      `${here}: ${given} includes itself: ${[...context.including, path].map((p) => relative(context.cwd, p)).join(' → ')}`,
    )
  }
  const shown = relative(context.cwd, path)
  return openScript(path, shown.startsWith('..') ? path : shown)
}
