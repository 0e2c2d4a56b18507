import { Failure } from 'postgres-kit/failure.ts'
import { type Accepted, type Given, readArguments } from './arguments.ts'
import { clearStatus, colour } from './terminal.ts'

/** Runs a command that takes no arguments, and sets the exit code; a failure is shown without a stack trace. */
export async function runCommand(command: () => Promise<void>): Promise<void>
/** The same for a command that takes arguments. */
export async function runCommand<const T extends Accepted>(
  accepted: T,
  command: (given: Given<T>) => Promise<void>,
): Promise<void>
export async function runCommand(
  ...given: [() => Promise<void>] | [Accepted, (given: Given<Accepted>) => Promise<void>]
): Promise<void> {
  const [accepted, command] = given.length === 1 ? [{}, given[0]] : given
  try {
    await command(readArguments(accepted))
  } catch (error) {
    process.exitCode = error instanceof Failure ? error.exitCode : 1
    const message = error instanceof Error ? error.message : String(error)
    clearStatus()
    process.stderr.write(`${colour('red', 'error:', process.stderr)} ${message}\n`)
    if (process.env.DEBUG) console.error(error)
    else if (!(error instanceof Failure)) process.stderr.write('Set DEBUG=1 to see where this came from.\n')
  }
}
