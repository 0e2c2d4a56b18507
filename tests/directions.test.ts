import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'
import { findCircles } from './support/circles.ts'
import { packageFolders, parseSources } from './support/source-files.ts'

/** The other rooms from which each room may import. The longest name that is a prefix of a path is its room. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  packages: [],
  types: [],
  'db/client': ['packages', 'types'],
  db: ['db/client', 'packages', 'types'],
  bench: ['db', 'db/client', 'packages', 'types'],
  scripts: ['bench', 'db', 'packages'],
  supabase: ['db/client', 'types'],
  tests: ['bench', 'db', 'db/client', 'packages', 'scripts', 'supabase', 'types'],
}

/** Imports in a wrong direction that are not fixed yet. This list may only get shorter. */
const NOT_YET: readonly string[] = []

interface Import {
  from: string
  /** As written. */
  specifier: string
  /** Path relative to the root; undefined if it is not in this repository. */
  to: string | undefined
}

const sources = parseSources()
const packages = packageFolders()
const imports: Import[] = sources.flatMap(({ path: from, imports }) =>
  imports.map((specifier) => ({ from, specifier, to: resolve(from, specifier) })),
)

function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const to = posix.join(posix.dirname(from), specifier)
    return to.startsWith('node_modules/') ? undefined : to
  }
  for (const [name, folder] of packages)
    if (specifier === name || specifier.startsWith(`${name}/`))
      return `${folder}${specifier.slice(name.length)}`
  return undefined
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => `${path}/`.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function pointsTheWrongWay({ from, to }: Import): boolean {
  const [room, other] = [roomOf(from), to === undefined ? undefined : roomOf(to)]
  if (room === undefined || other === undefined || room === other) return false
  return !ROOMS[room]?.includes(other)
}

test('imports point one way: packages and types ← db/client ← db ← scripts, and nothing imports tests', () => {
  const wrong = new Set(imports.filter(pointsTheWrongWay).map(({ from, to }) => `${from} → ${to}`))
  assert.deepEqual(
    [...wrong].filter((each) => !NOT_YET.includes(each)),
    [],
    'imports in a wrong direction',
  )
  assert.deepEqual(
    NOT_YET.filter((each) => !wrong.has(each)),
    [],
    'fixed entries of NOT_YET: remove them',
  )
})

test('every file belongs to a room, and every import of this repository is found', () => {
  const homeless = sources.map(({ path }) => path).filter((path) => roomOf(path) === undefined)
  assert.deepEqual(homeless, [])
  for (const room of Object.keys(ROOMS)) {
    assert.ok(
      sources.some(({ path, imports }) => roomOf(path) === room && imports.length > 0),
      room,
    )
  }
  assert.ok(
    imports.some(({ from, to }) => from === 'scripts/types.ts' && to?.startsWith('packages/type-contract/')),
  )
})

test('db/client is published: it reads no .env, and imports only postgres-kit of this repository, by path', () => {
  const foreign = imports
    .filter(({ from, to }) => roomOf(from) === 'db/client' && to !== undefined && roomOf(to) !== 'db/client')
    .filter(
      ({ specifier, to }) =>
        roomOf(to ?? '') !== 'types' && !/^\.\.\/\.\.\/packages\/postgres\/src\/[\w-]+\.ts$/.test(specifier),
    )
  assert.deepEqual(foreign, [])
  for (const { path, strings } of sources.filter(({ path }) => roomOf(path) === 'db/client'))
    assert.ok(!strings.some((text) => text.includes('.env')), path)
})

/** The file of this repository that is imported; undefined for other imports. */
function fileOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const name = [...packages.keys()].find((each) => specifier === each || specifier.startsWith(`${each}/`))
  if (name === undefined) return undefined
  const path = specifier.slice(name.length + 1) || 'index.ts'
  return [`${packages.get(name)}/src/${path}`, `${packages.get(name)}/${path}`].find((file) =>
    existsSync(inRoot(file)),
  )
}

// Biome's noImportCycles ignores imports of types.
test('there are no import cycles, including imports of types', () => {
  const graph = new Map(
    sources.map(({ path, imports }) => [path, imports.flatMap((specifier) => fileOf(path, specifier) ?? [])]),
  )
  assert.deepEqual(findCircles(graph), [])
})

test('a cycle is found, and two paths to the same file are not a cycle', () => {
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
