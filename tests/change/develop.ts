import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Clone, cloneRepository } from '../support/clone.ts'
import { gitIn } from '../support/git.ts'
import { ROWS, type Row } from './rows.ts'

/** A clone with its own git history, like a developer's. */
export function developersClone(t: TestContext): Clone {
  const clone = cloneRepository(t)
  const git = gitIn(clone.folder)
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message=Before the change')
  return clone
}

/** Makes every kind of change, each with at most two files edited by hand, and refreshes the derived files. */
export function developAll(t: TestContext, clone: Clone): void {
  for (const row of ROWS) {
    const edited = develop(clone, row)
    t.diagnostic(`${row.what}: ${edited.length} edited by hand (${edited.join(', ')})`)
    assert.ok(edited.length <= 2, `${row.what}: ${edited.join(', ')}`)
  }
  derive(clone)
}

/** Runs the command and makes the edits of a row; returns the files edited by hand. */
function develop(clone: Clone, { type, edits }: Row): string[] {
  const made = make(clone, 'new', ...type)
  const files = {
    migration: /created (migrations\/\S+)/.exec(made)?.[1] ?? '',
    intent: 'db/access.ts',
  }
  for (const { file, from, to } of edits) {
    const path = join(clone.folder, files[file])
    const text = readFileSync(path, 'utf8')
    assert.ok(text.includes(from), `${files[file]} has no ${from}`)
    writeFileSync(
      path,
      text.replace(from, () => to),
    )
  }
  return [...new Set(edits.map(({ file }) => files[file]))]
}

/** Refreshes all derived files. */
export function derive(clone: Clone): void {
  make(clone, 'migrate', 'types', 'accept')
}

/** Runs a make target that must succeed; returns its output. */
export function make(clone: Clone, ...args: string[]): string {
  const { code, output } = clone.make(...args)
  assert.equal(code, 0, `make ${args.join(' ')}:\n${output}`)
  return output
}

/** Runs a program in the clone that must succeed. */
export function run({ folder }: Clone, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    // Without the variables of Node's test runner, because the clone starts its own test runner.
    env: {
      ...process.env,
      DATABASE_URL: '',
      APP_DATABASE_URL: '',
      NODE_TEST_CONTEXT: '',
      TSX_DISABLE_CACHE: '1',
    },
  })
  assert.equal(status, 0, `${program} ${args.join(' ')}:\n${stdout}${stderr}`)
  return stdout
}
