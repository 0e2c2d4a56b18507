import { interruption } from 'command-line/interrupt.ts'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { ALL, longChecks, QUICK } from '../db/checks/checks.ts'
import { chooseChecks, runProjectChecks } from '../db/checks/run.ts'

await runCommand(
  {
    options: {
      quick: { type: 'boolean' },
      long: { type: 'boolean' },
      only: { type: 'string' },
      list: { type: 'boolean' },
    },
  },
  async ({ values }) => {
    const all = values.quick ? QUICK : values.long ? longChecks() : ALL
    if (values.list) return say(all.map((check) => check.name).join('\n'))
    const interrupted = interruption()
    const results = await runProjectChecks(
      values.only === undefined ? all : chooseChecks(all, values.only.split(',')),
      values.long ? 90 : 10,
      interrupted,
    )
    if (interrupted.aborted) {
      process.exitCode = 130
      return
    }
    const broken = results.filter(({ ok }) => !ok).map(({ check }) => check.name)
    if (broken.length > 0)
      throw failed(
        `failed: ${broken.join(', ')}. One alone: node .build/test.mjs ${values.long ? '--long ' : ''}--only ${broken[0]}`,
      )
  },
)
