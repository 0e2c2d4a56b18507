import { codeOf, environmentError, Failure, fileErrorCode } from 'postgres-kit/failure.ts'
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
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  try {
    await command(readArguments(accepted))
  } catch (thrown) {
    const error = asFailure(thrown)
    process.exitCode = error instanceof Failure ? error.exitCode : 1
    const message = error instanceof Error ? error.message : String(error)
    clearStatus()
    process.stderr.write(`${colour('red', 'error:', process.stderr)} ${message}\n`)
    if (process.env.DEBUG) console.error(error)
    else if (!(error instanceof Failure)) process.stderr.write('Set DEBUG=1 to see where this came from.\n')
  }
}

/** The reader of the output may end first, as `head` does. The command still finishes its work, such as a migration. */
function ignoreClosedPipe(error: Error): void {
  if (codeOf(error) !== 'EPIPE') throw error
}

/** Advice for each error code of the file system. */
const UNWRITABLE: Readonly<Record<string, string>> = {
  EACCES:
    'This user may not use that file: run the command as the owner of the folder, or in a clone of your own',
  EPERM:
    'This user may not use that file: run the command as the owner of the folder, or in a clone of your own',
  EROFS: 'The file system is read-only: run the command in a clone that can be written',
  ENOSPC: 'The disk is full: free some space and run the command again',
  EDQUOT: 'The disk quota is used up: free some space and run the command again',
}

/** Converts a refused file access to a failure of the environment; returns any other error unchanged. */
function asFailure(error: unknown): unknown {
  const advice = UNWRITABLE[fileErrorCode(error)]
  if (advice === undefined || !(error instanceof Error && 'path' in error)) return error
  return environmentError(`${error.message}. ${advice}`, error)
}
