import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'

const SCRIPTS = readdirSync(inRoot('scripts'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|cjs)$/.test(name))
  .map((name) => ({ name, text: readFileSync(inRoot('scripts', name), 'utf8') }))

test('a script has fewer than 50 lines', () => {
  assert.ok(SCRIPTS.length > 20)
  const long = SCRIPTS.filter(({ text }) => text.trimEnd().split('\n').length >= 50)
  assert.deepEqual(
    long.map(({ name }) => name),
    [],
  )
})

test('a script imports no other script: shared code belongs to db/ or packages/', () => {
  const importing = SCRIPTS.filter(({ text }) => /from '\.\//.test(text))
  assert.deepEqual(
    importing.map(({ name }) => name),
    [],
  )
})
