import { Failure } from 'postgres-kit/failure.ts'
import { clearStatus, colour } from './terminal.ts'

/** Runs a command and sets the exit code; a failure is shown without a stack trace. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    process.exitCode = error instanceof Failure ? error.exitCode : 1
    const message = error instanceof Error ? error.message : String(error)
    clearStatus()
    process.stderr.write(`${colour('red', 'error:', process.stderr)} ${message}\n`)
    if (process.env.DEBUG) console.error(error)
    else if (!(error instanceof Failure)) process.stderr.write('Set DEBUG=1 to see where this came from.\n')
  }
}
