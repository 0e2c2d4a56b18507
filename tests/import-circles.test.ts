import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'
import { findCircles } from './support/circles.ts'
import { packageFolders, parseSources } from './support/source-files.ts'

const packages = packageFolders()

/** The file of this repository that an import names; undefined for another. */
function fileOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const name = [...packages.keys()].find((each) => specifier === each || specifier.startsWith(`${each}/`))
  if (name === undefined) return undefined
  const path = specifier.slice(name.length + 1) || 'index.ts'
  return [`${packages.get(name)}/src/${path}`, `${packages.get(name)}/${path}`].find((file) =>
    existsSync(inRoot(file)),
  )
}

// Biome's noImportCycles leaves out imports of types.
test('no file imports itself through others, types included', () => {
  const graph = new Map(
    parseSources().map(({ path, imports }) => [
      path,
      imports.flatMap((specifier) => fileOf(path, specifier) ?? []),
    ]),
  )
  assert.deepEqual(findCircles(graph), [])
})

test('a circle is found, and a path that only splits and meets again is none', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
    ['d', ['e']],
    ['e', ['f', 'elsewhere']],
    ['f', ['d']],
    ['g', ['g']],
  ])
  assert.deepEqual(findCircles(graph), [['d', 'e', 'f'], ['g']])
})
