import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'
import { isTable, page } from './docs/markdown.ts'

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const manifests = [
  'package.json',
  'db/client/package.json',
  'packages/command-line/package.json',
  'packages/edge-gateway/package.json',
  'packages/migration-lint/package.json',
  'packages/postgres/package.json',
  'packages/rls-judge/package.json',
  'packages/schema-site/package.json',
  'packages/schema-change/package.json',
  'packages/type-contract/package.json',
  'types/package.json',
  'packages/pgtap-runner/package.json',
]

function dependencies(file: string): [name: string, version: string][] {
  const manifest: Manifest = JSON.parse(readFileSync(inRoot(file), 'utf8'))
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
}

test('every dependency is pinned to one version', () => {
  for (const file of manifests) {
    for (const [name, version] of dependencies(file)) {
      assert.match(version, /^(?:npm:.+@)?\d+\.\d+\.\d+[\w.-]*$/, `${file}: ${name}`)
    }
  }
})

test('docs/decisions/0008 gives the reason for each dependency, and lists no other', () => {
  const tables = page('docs/decisions/0008-dependencies.md').tokens.filter(isTable)
  const named = tables.flatMap(({ rows }) => rows.flatMap((row) => row[0]?.text.split(', ') ?? []))
  // Types of a package and other versions of it need no row.
  const present = manifests
    .flatMap(dependencies)
    .map(([name]) => name.replace(/^@types\//, '').replace(/-\d[\d.]*$/, ''))
    .filter((name) => name !== 'node')
  assert.deepEqual([...new Set(named)].sort(), [...new Set(present)].sort())
  assert.equal(new Set(named).size, named.length, 'one row for each')
})

test('package-lock.json contains no download address', () => {
  assert.doesNotMatch(readFileSync(inRoot('package-lock.json'), 'utf8'), /"resolved": "https?:/)
})
