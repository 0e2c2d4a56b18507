import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { derive, developersClone, make } from '../change/develop.ts'
import type { Clone } from '../support/clone.ts'

/** Tries the mutants of objects that changed since the commit, in a clone. */
function mutantsOfChange({ folder }: Clone): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.build/mutants.mjs', '--changed'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: '', APP_DATABASE_URL: '', BASE: 'HEAD' },
  })
  return { code: status, output: stdout + stderr }
}

test('every mutant of a new table is tried: all are killed, and without its structure test some survive', (t) => {
  const clone = developersClone(t)
  make(clone, 'new', 'name=add_tags')
  derive(clone)
  const whole = mutantsOfChange(clone)
  assert.equal(whole.code, 0, whole.output)
  assert.match(whole.output, /^Changed since HEAD.*table public\.tags/m)
  const [, killed, of] =
    /^(\d+) killed, 0 survived, 0 equivalent of (\d+) mutants: 100 %$/m.exec(whole.output) ?? []
  assert.equal(killed, of)
  assert.ok(Number(of) > 100, `${of} mutants`)

  rmSync(join(clone.folder, 'tests/schema/tags.sql'))
  const untested = mutantsOfChange(clone)
  assert.equal(untested.code, 1, untested.output)
  assert.match(untested.output, /^SURVIVED constraint: check dropped: tags_name_check on public\.tags$/m)
})

test('a migration that opens a policy stops the run before any mutant', (t) => {
  const clone = developersClone(t)
  make(clone, 'new', 'name=open_documents', 'EMPTY=1')
  const file = readdirSync(join(clone.folder, 'migrations')).find((name) =>
    name.endsWith('_open_documents.sql'),
  )
  writeFileSync(
    join(clone.folder, 'migrations', file ?? ''),
    `-- migrate:up
alter policy documents_select_own on public.documents using (true);

-- migrate:down
alter policy documents_select_own on public.documents using (user_id = (select auth.uid()));
`,
  )
  const { code, output } = mutantsOfChange(clone)
  assert.equal(code, 1, output)
  assert.match(output, /^Changed since HEAD.*policy documents_select_own on public\.documents$/m)
  assert.match(output, /the suite fails on the unchanged schema \(.*policies of public\.documents\)/)
})
