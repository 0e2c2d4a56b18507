import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../../db/paths.ts'

test('the functions are deployed with the versions that they are tested with', () => {
  const { imports } = JSON.parse(readFileSync(inRoot('supabase/functions/_shared/import_map.json'), 'utf8'))
  const { devDependencies } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
  for (const name of ['jose', 'kysely', 'pg']) {
    assert.equal(imports[name], `npm:${name}@${devDependencies[name]}`)
  }
})
