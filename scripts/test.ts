import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed, usageError } from 'postgres-kit/failure.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findTarget } from '../db/target.ts'
import { bundleTests } from './test/bundle.ts'
import { ALL, type Check, LONG, QUICK } from './test/checks.ts'
import { Durations } from './test/durations.ts'
import { runChecks } from './test/run-check.ts'
import { showResult, showSummary } from './test/show.ts'

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      long: { type: 'boolean' },
      only: { type: 'string' },
      list: { type: 'boolean' },
    },
  })
  const all = values.quick ? QUICK : values.long ? LONG : ALL
  if (values.list) return say(all.map((check) => check.name).join('\n'))
  const chosen = values.only === undefined ? all : choose(all, values.only.split(','))
  const start = performance.now()
  const prepared = chosen.every((check) => check.static) ? undefined : prepareDatabase()
  await Promise.all([prepared, bundleTests(chosen)])
  const durations = new Durations()
  const results = await runChecks(
    chosen,
    Math.min(2, availableParallelism()),
    ({ name }) => durations.of(name),
    showResult,
  )
  for (const { check, milliseconds } of results) durations.note(check.name, milliseconds)
  durations.save()
  showSummary(results, performance.now() - start)
  const broken = results.filter(({ ok }) => !ok).map(({ check }) => check.name)
  if (broken.length > 0)
    throw failed(
      `failed: ${broken.join(', ')}. One alone: node .build/test.mjs ${values.long ? '--long ' : ''}--only ${broken[0]}`,
    )
})

/** The checks need a migrated database. (Not `make migrate`: that would refresh the files whose freshness is checked.) */
async function prepareDatabase(): Promise<void> {
  const target = await findTarget(say)
  if (target.kind !== 'embedded') return
  await prepareEmbeddedDatabase(target)
  await migrate(target.owner, () => {})
}

function choose(all: readonly Check[], names: readonly string[]): readonly Check[] {
  const matches = (name: string) => all.filter((check) => check.name === name || check.group === name)
  return names.flatMap((name) => {
    const found = matches(name)
    if (found.length > 0) return found
    const known = new Set(all.map((check) => check.group ?? check.name))
    throw usageError(`no check "${name}": choose from ${[...known].join(', ')}, or a test file`)
  })
}
