import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { inRoot } from '../../db/paths.ts'
import { bootstrappedDatabase } from '../migrations/databases.ts'
import { cloneRepository } from '../support/clone.ts'
import { gitIn } from '../support/git.ts'

interface Job {
  steps: { run?: string; env?: Record<string, string> }[]
}

function jobOf(file: string, name: string): Job {
  const { jobs }: { jobs: Record<string, Job> } = parse(
    readFileSync(inRoot('.github', 'workflows', file), 'utf8'),
  )
  const job = jobs[name]
  assert.ok(job)
  return job
}

/** Runs the steps of a job like GitHub's shell, with values for its expressions. */
function run(folder: string, { steps }: Job, values: Readonly<Record<string, string>>): string {
  let output = ''
  for (const { run, env = {} } of steps) {
    if (run === undefined) continue
    const given = Object.keys(env).map((name) => [name, values[name] ?? ''])
    const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', run], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        MAKEFLAGS: '',
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        ...Object.fromEntries(given),
      },
    })
    output += stdout + stderr
    assert.equal(status, 0, `${run}\n${stdout}${stderr}`)
  }
  return output
}

test('the steps of a deploy migrate an empty database, and find nothing pending the second time', async (t) => {
  const { folder } = cloneRepository(t)
  const values = { DATABASE_URL: (await bootstrappedDatabase(t)).url.href }
  run(folder, jobOf('deploy.yml', 'plan'), values)
  assert.match(readFileSync(join(folder, 'summary.md'), 'utf8'), /^## What the migrations do/m)
  assert.match(run(folder, jobOf('deploy.yml', 'migrate'), values), /applied to/)
  assert.match(run(folder, jobOf('deploy.yml', 'migrate'), values), /Nothing to migrate/)
})

test('the steps of a pull request write the effects of its migration', (t) => {
  const { folder, make } = cloneRepository(t)
  const git = gitIn(folder)
  const commit = () => {
    git('add', '--all')
    git('commit', '--quiet', '--message=commit')
    return git('rev-parse', 'HEAD')
  }
  git('init', '--quiet')
  const BASE = commit()
  const { code, output } = make('new', 'name=tags')
  assert.equal(code, 0, output)
  const HEAD = commit()
  writeFileSync(join(folder, 'plan.md'), '')
  run(folder, jobOf('pull-request.yml', 'plan'), { BASE, HEAD })
  const plan = readFileSync(join(folder, 'plan.md'), 'utf8')
  assert.match(plan, /^### `migrations\/\d{14}_tags\.sql`$/m)
  assert.doesNotMatch(plan, /create_documents/)
})
