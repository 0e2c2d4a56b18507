/** What a command answers: 0 fine, 1 the thing it checks failed, 2 wrong usage or environment. */
export type ExitCode = 0 | 1 | 2

/**
 * A failure that a person can act on. Its message is shown as it is, without a stack trace (with DEBUG=1 the
 * cause chain follows), and `exitCode` becomes the command's.
 */
export class Failure extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
    this.exitCode = exitCode
  }
}

/** The thing that was checked or attempted failed: exit code 1. */
export function failed(message: string, cause?: unknown): Failure {
  return new Failure(message, 1, cause)
}

/** A wrong argument, setting or call: exit code 2. The message says what to write instead. */
export function usageError(message: string, cause?: unknown): Failure {
  return new Failure(message, 2, cause)
}

/** A server, a port, a program or a privilege is missing: exit code 2. The message says what to do. */
export function environmentError(message: string, cause?: unknown): Failure {
  return new Failure(message, 2, cause)
}

/** The message of anything that was thrown. An AggregateError (a host with several addresses) speaks through its parts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a Node.js or PostgreSQL error: `ECONNREFUSED`, or an SQLSTATE such as `42501`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
