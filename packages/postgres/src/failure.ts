/** Exit code of a command: 0 success, 1 a check failed, 2 wrong usage or environment. */
export type ExitCode = 0 | 1 | 2

/**
 * A failure with a message for the user. The message is printed without a stack trace (with DEBUG=1, with the
 * cause chain), and `exitCode` becomes the command's exit code.
 */
export class Failure extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
    this.exitCode = exitCode
  }
}

/** A check or an operation failed: exit code 1. */
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

/** The message of any thrown value. For an AggregateError (a host with several addresses), the messages of its parts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a Node.js or PostgreSQL error: `ECONNREFUSED`, or an SQLSTATE such as `42501`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * The code of a refused file access. For a recursive mkdir on a read-only file system Node reports ENOENT: that is EROFS here.
 */
export function fileErrorCode(error: unknown): string {
  const code = codeOf(error) ?? ''
  const isMkdir = error instanceof Error && 'syscall' in error && error.syscall === 'mkdir'
  return code === 'ENOENT' && isMkdir ? 'EROFS' : code
}

/** Whether a file or folder is read-only, or another user's. */
export function isUnwritable(error: unknown): boolean {
  return ['EROFS', 'EACCES', 'EPERM'].includes(fileErrorCode(error))
}
