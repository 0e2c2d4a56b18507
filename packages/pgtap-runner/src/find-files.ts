import { readdirSync, type Stats, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

export type TestFile = { readonly name: string; readonly path: string }

const isTest = (name: string) => name.endsWith('.sql') || name.endsWith('.pg')
const isGlob = (text: string) => /[*?[\]{}]/.test(text)

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function walk(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
}

/**
 * Finds the files to run: files as named, every .sql and .pg file below a folder, matches of a glob; each once, in
 * the order given, sorted by name within a folder or glob.
 * @returns the files, and the folders, in addition to the working directory, that their includes may read
 * @throws UsageError if a name matches nothing
 */
export async function findFiles(
  names: readonly string[],
  cwd: string,
): Promise<{ files: TestFile[]; roots: string[] }> {
  const found = new Map<string, TestFile>()
  const roots = new Set<string>()
  const add = (path: string) => {
    const shown = relative(cwd, path)
    found.set(path, { path, name: shown.startsWith('..') ? path : shown })
  }
  for (const name of names) {
    const path = resolve(cwd, name)
    const kind = lookAt(path)
    if (kind?.isDirectory()) {
      roots.add(path)
      for (const file of walk(path).filter(isTest).sort()) add(file)
    } else if (kind) {
      roots.add(dirname(path))
      add(path)
    } else if (isGlob(name)) {
      const { matchGlob } = await import('./match-glob.ts')
      for (const file of matchGlob(path, walk)) {
        roots.add(dirname(file))
        add(file)
      }
    } else {
      throw new UsageError(`no such file or folder: ${name}`)
    }
  }
  return { files: [...found.values()], roots: [...roots] }
}
