import type { Failure, Location } from '../events.ts'
import type { Engine } from '../isolation/engine.ts'
import type { PrintSettings } from './printer.ts'
import type { Variables } from './variables.ts'

/** What is shared by a file and everything it includes. */
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
  /** Where query results go: `\o /dev/null` silences them, `\echo` is not affected. */
  silenced: boolean
  timing: boolean
  /** The statement whose answer is being read: the place of NOTICEs. */
  current: Location
}

/** Ends the file at once, as psql's exit status 3 does; what went wrong has been reported. */
export class ScriptStopped extends Error {
  override readonly name = 'ScriptStopped'
}

/** A psql command that failed: stops the file under ON_ERROR_STOP, else is only reported. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** A psql command this package does not have: always stops the file. */
export class UnsupportedCommand extends Error {
  override readonly name = 'UnsupportedCommand'
}
