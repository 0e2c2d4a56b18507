import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { listMigrations } from '../../db/migrations/files.ts'
import { cloneRepository } from '../support/clone.ts'

const PROCESSES = 8

test(`${PROCESSES} make migrate at once in a fresh clone: one server, each file applied once, every process succeeds`, async (t) => {
  const { folder, make } = cloneRepository(t)
  const built = make('.build/.built')
  assert.equal(built.code, 0, built.output)
  const ends = await Promise.all(
    Array.from(
      { length: PROCESSES },
      () =>
        new Promise<{ code: number | null; output: string }>((resolve) => {
          const child = spawn('node', ['.build/migrate.mjs'], {
            cwd: folder,
            env: { ...process.env, DATABASE_URL: '', APP_DATABASE_URL: '' },
          })
          let output = ''
          for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding('utf8').on('data', (text: string) => {
              output += text
            })
          }
          child.once('close', (code) => resolve({ code, output }))
        }),
    ),
  )
  for (const { code, output } of ends) assert.equal(code, 0, output)
  const applied = ends.flatMap(({ output }) =>
    [...output.matchAll(/^applied (\S+)/gm)].map(([, name]) => name),
  )
  assert.deepEqual(
    applied,
    listMigrations().map(({ name }) => name),
  )
})
