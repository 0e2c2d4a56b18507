import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listMigrations } from '../../db/migrations/files.ts'
import { cloneRepository } from '../support/clone.ts'

test('make new creates a table that passes migrate, types and test-rls without edits', (t) => {
  const { folder, make } = cloneRepository(t)
  assert.equal(make('migrate').code, 0)

  const start = performance.now()
  const made = make('new', 'name=add_tags')
  assert.equal(made.code, 0, made.output)
  const { code, output } = make('migrate', 'types', 'accept', 'test-rls')
  t.diagnostic(`from make new to green: ${((performance.now() - start) / 1000).toFixed(1)} s`)

  assert.equal(code, 0, output)
  assert.match(output, /tests\/schema\/tags\.sql/)
  assert.match(output, /tests\/rls\/tags\.sql/)
  assert.match(readFileSync(`${folder}/types/src/generated/db.d.ts`, 'utf8'), /tags: /)
  assert.match(readFileSync(`${folder}/db/schema.sql`, 'utf8'), /create table public\.tags/i)

  const again = make('new', 'name=tags')
  assert.equal(again.code, 2)
  assert.match(again.output, /has the table tags already/)
  assert.equal(make('new', 'name=rename_things', 'EMPTY=1').code, 0)
  assert.match(listMigrations(`${folder}/migrations`).at(-1)?.name ?? '', /_rename_things\.sql$/)
})
