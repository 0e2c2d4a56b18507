import type { Conditions } from './conditions.ts'
import type { PsqlContext } from './context.ts'
import type { LexerState } from './lexer.ts'
import type { Script } from './script.ts'
import type { Sender } from './sender.ts'
import type { StatementBuffer } from './statement-buffer.ts'

/** The state that backslash commands read and change. */
export type ScriptState = {
  readonly context: PsqlContext
  readonly sender: Sender
  readonly script: Script
  readonly buffer: StatementBuffer
  readonly lexer: LexerState
  readonly conditions: Conditions
  /** The contents of the buffer at each open `\if`: an inactive branch must not add to it. */
  readonly marks: { length: number; pieces: number }[]
  previous: string
  combined: boolean
  quit: boolean
  /** Runs another script with the same context, as `\i` does. */
  readonly include: (script: Script) => Promise<unknown>
}
