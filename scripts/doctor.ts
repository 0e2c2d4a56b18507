import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { failed, messageOf } from 'postgres-kit/failure.ts'
import { EXAMINATIONS } from '../db/doctor.ts'

await runCommand(async () => {
  for (const examine of EXAMINATIONS) {
    try {
      say(`${colour('green', 'ok    ')} ${await examine()}`)
    } catch (error) {
      say(`${colour('red', 'WRONG ')} ${messageOf(error)}`)
      throw failed('fix this first; docs/troubleshooting.md explains the common errors')
    }
  }
  say('No problems found')
})
