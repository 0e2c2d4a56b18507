import { spawn } from 'node:child_process'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../db/paths.ts'

/** Each is scripts/bench-<name>.ts, can be run alone (`node .build/bench-<name>.mjs`), and writes its own section. */
const PARTS = ['client', 'functions', 'types', 'search', 'plans', 'operations', 'cli']

await runCommand(async () => {
  for (const part of PARTS) {
    say(`\n# ${part}`)
    const child = spawn(process.execPath, [inRoot('.build', `bench-${part}.mjs`)], { stdio: 'inherit' })
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) throw failed(`the benchmark "${part}" failed`)
  }
  say('\nThe results are in bench/results.json, and as tables in bench/report.md')
})
