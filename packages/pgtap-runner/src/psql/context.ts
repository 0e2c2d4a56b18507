import type { Failure, Location } from '../events.ts'
import type { Engine } from '../isolation/engine.ts'
import type { PrintSettings } from './printer.ts'
import type { Variables } from './variables.ts'

/** State shared by a file and the files it includes. */
export type PsqlContext = {
  readonly engine: Engine
  readonly variables: Variables
  readonly print: PrintSettings
  /** Text for psql's standard output, with the statement it comes from. */
  readonly output: (text: string, location: Location) => void
  readonly failure: (failure: Failure, fatal: boolean) => void
  /** Folders `\i` and `\ir` may read from. */
  readonly roots: readonly string[]
  readonly cwd: string
  readonly signal: AbortSignal
  /** Scripts being read, outermost first. */
  readonly including: string[]
  /** Whether query results are discarded (`\o /dev/null`); `\echo` is not affected. */
  silenced: boolean
  timing: boolean
  /** The statement whose answer is being read: the location of its NOTICEs. */
  current: Location
}

/** Ends the file, as psql's exit status 3 does. The error has already been reported. */
export class ScriptStopped extends Error {
  override readonly name = 'ScriptStopped'
}

/** A psql command that failed: ends the file under ON_ERROR_STOP, otherwise it is only reported. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** A psql command that this package does not support: always ends the file. */
export class UnsupportedCommand extends Error {
  override readonly name = 'UnsupportedCommand'
}
