import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const manifests = [
  'package.json',
  'db/client/package.json',
  'packages/edge-gateway/package.json',
  'packages/postgres/package.json',
  'packages/rls-judge/package.json',
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

test('docs/decisions/0008 says why each dependency is there', () => {
  const text = readFileSync(inRoot('docs', 'decisions', '0008-dependencies.md'), 'utf8')
  for (const [name] of manifests.flatMap(dependencies)) {
    // Types of a package, and other versions of one, are there for its sake.
    const about = name.replace(/^@types\//, '').replace(/-\d[\d.]*$/, '')
    if (about !== 'node')
      assert.ok(text.includes(about.replace(/^@electric-sql\/pglite-tools$/, 'pglite-tools')), name)
  }
})

test('package-lock.json holds no download address', () => {
  assert.doesNotMatch(readFileSync(inRoot('package-lock.json'), 'utf8'), /"resolved": "https?:/)
})
