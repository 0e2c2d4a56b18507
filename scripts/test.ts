import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { colour, duration, say, showStatus } from 'command-line/terminal.ts'
import { failed, misuse } from 'postgres-kit/failure.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { inRoot } from '../db/paths.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findTarget } from '../db/target.ts'
import { CHECKS, type Check } from './checks.ts'

await runCommand(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } })
  if (values.list) return say(CHECKS.map((check) => check.name).join('\n'))
  const broken: string[] = []
  const chosen = choose(values.only)
  await prepareDatabase()
  for (const check of chosen) if (!(await passes(check))) broken.push(check.name)
  say(`${chosen.length - broken.length} passed, ${broken.length} failed`)
  if (broken.length > 0)
    throw failed(`failed: ${broken.join(', ')}. One alone: node .build/test.mjs --only ${broken[0]}`)
})

/** The checks need a migrated database. (Not `make migrate`: that would refresh the files whose freshness is checked.) */
async function prepareDatabase(): Promise<void> {
  const target = await findTarget(say)
  if (target.kind !== 'embedded') return
  await prepareEmbeddedDatabase(target)
  await migrate(target.owner, () => {})
}

function choose(only: string | undefined): readonly Check[] {
  if (only === undefined) return CHECKS
  return only.split(',').map((name) => {
    const check = CHECKS.find((candidate) => candidate.name === name)
    if (!check) throw misuse(`no check "${name}": choose from ${CHECKS.map((each) => each.name).join(', ')}`)
    return check
  })
}

/** Runs a check and says how it went; its output is shown when it fails. */
async function passes(check: Check): Promise<boolean> {
  const start = performance.now()
  showStatus(colour('dim', `… ${check.name}`))
  const { ok, output } = await run(check)
  const verdict = ok ? colour('green', 'ok    ') : colour('red', 'FAILED')
  const last = ok ? lastLine(output) : ''
  say(
    `${verdict} ${check.name.padEnd(14)} ${colour('dim', duration(performance.now() - start).padStart(7))}  ${last}`,
  )
  if (!ok) say(failures(output).trimEnd())
  return ok
}

/** What Node's test runner says of the tests that failed, without those that passed; else the whole output. */
function failures(output: string): string {
  const start = output.lastIndexOf('✖ failing tests:')
  return start < 0 ? output : output.slice(start)
}

/** Counts, where the check ends with them. */
function lastLine(output: string): string {
  return /^(\d+ passed, \d+ failed.*)$/m.exec(output.split('\n').slice(-3).join('\n'))?.[1] ?? ''
}

async function run({ command: [program, ...args], env }: Check): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: inRoot(),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (text: string) => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.once('error', (error) => resolve({ ok: false, output: `${output}${error.message}` }))
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
}
