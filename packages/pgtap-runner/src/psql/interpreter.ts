import type { Location } from '../events.ts'
import { ArgumentError } from './command-arguments.ts'
import { runCommand } from './commands.ts'
import { createConditions } from './conditions.ts'
import { CommandError, type PsqlContext, ScriptStopped, UnsupportedCommand } from './context.ts'
import { createLexerState, type LexerStop, lex, resetLexerState } from './lexer.ts'
import type { Script } from './script.ts'
import type { ScriptState } from './script-state.ts'
import type { Sender } from './sender.ts'
import { createStatementBuffer } from './statement-buffer.ts'
import { quoteIdentifier, quoteLiteral } from './variables.ts'

/** Every answer sets these, so reading one waits for all answers. */
const answerVariables = new Set([
  'ROW_COUNT',
  'ERROR',
  'SQLSTATE',
  'LAST_ERROR_MESSAGE',
  'LAST_ERROR_SQLSTATE',
])

/**
 * Runs a script as `psql --file` does, up to its end or `\q`.
 * @throws ScriptStopped after an error under ON_ERROR_STOP, reported through the context
 */
export async function runScript(
  script: Script,
  context: PsqlContext,
  sender: Sender,
): Promise<{ quit: boolean }> {
  const state: ScriptState = {
    context,
    sender,
    script,
    buffer: createStatementBuffer(),
    lexer: createLexerState(),
    conditions: createConditions(),
    marks: [],
    previous: '',
    combined: false,
    quit: false,
    include: (included) => runScript(included, context, sender),
  }
  context.including.push(script.path)
  try {
    let first = true
    for (let line = script.next(); line !== undefined && !state.quit; line = script.next()) {
      context.signal.throwIfAborted()
      const text = first ? line.replace(/^\uFEFF/, '') : line
      const stop = lex(state.lexer, text, 0, context.engine.session.standardStrings)
      const location = { file: script.name, line: script.line }
      if (stop.kind === 'line-end') state.buffer.append(text, 0, text.length, location)
      else await runLine(state, { text, at: 0, variable: '', location }, stop)
      first = false
    }
    if (!state.quit) await finish(state)
    await sender.settle()
    return { quit: state.quit }
  } finally {
    context.including.pop()
  }
}

/** At the end of a script, sends a last statement without a semicolon, as psql does. */
async function finish(state: ScriptState): Promise<void> {
  if (state.conditions.depth > 0) {
    await report(state, state.script.line, new CommandError('reached EOF without finding closing \\endif(s)'))
  }
  if (state.conditions.active && state.buffer.text.trim() !== '') await dispatch(state, state.script.line)
}

function dispatch(state: ScriptState, line: number): Promise<void> | undefined {
  const statement = state.buffer.snapshot({ file: state.script.name, line })
  const { combined } = state
  state.previous = statement.text
  state.combined = false
  state.buffer.clear()
  resetLexerState(state.lexer)
  return statement.text.trim() === '' ? undefined : state.sender.send(statement, state.script, { combined })
}

async function report(state: ScriptState, line: number, error: unknown): Promise<void> {
  const expected =
    error instanceof CommandError || error instanceof UnsupportedCommand || error instanceof ArgumentError
  if (!expected) throw error
  await state.sender.settle()
  const fatal = error instanceof UnsupportedCommand || state.context.variables.isOn('ON_ERROR_STOP')
  state.context.failure({ message: error.message, location: { file: state.script.name, line } }, fatal)
  if (fatal) throw new ScriptStopped()
}

/** Unread text of a line: the value of a variable is read before the rest of the line. */
type Source = { readonly text: string; at: number; readonly variable: string; readonly location: Location }

async function runLine(state: ScriptState, whole: Source, firstStop: LexerStop): Promise<void> {
  const { context, lexer, buffer, conditions } = state
  const { line } = whole.location
  const stack: Source[] = [whole]
  let known: LexerStop | undefined = firstStop
  const append = (source: Source, from: number, to: number) => {
    if (source.variable) buffer.appendValue(source.text.slice(from, to), source.location)
    else buffer.append(source.text, from, to, source.location)
  }

  for (let source = stack.at(-1); source && !state.quit; source = stack.at(-1)) {
    const from = source.at
    const stop: LexerStop = known ?? lex(lexer, source.text, from, context.engine.session.standardStrings)
    known = undefined
    append(source, from, stop.at)
    switch (stop.kind) {
      case 'line-end':
        stack.pop()
        break
      case 'escaped':
        append(source, stop.next - 1, stop.next)
        if (stop.character === ';') state.combined = true
        source.at = stop.next
        break
      case 'semicolon':
        append(source, stop.at, stop.next)
        source.at = stop.next
        if (conditions.active) {
          const wait = dispatch(state, line)
          if (wait) await wait
        } else {
          buffer.rewind(state.marks.at(-1) ?? { length: 0, pieces: 0 })
          resetLexerState(lexer)
        }
        break
      case 'variable': {
        const { name, style } = stop
        source.at = stop.next
        if (answerVariables.has(name)) await state.sender.settle()
        const value = conditions.active ? context.variables.get(name) : undefined
        const location = { ...source.location, column: stop.at + 1 }
        if (style === 'defined' && conditions.active)
          buffer.appendValue(value === undefined ? 'FALSE' : 'TRUE', location)
        else if (value === undefined || stack.some((other) => other.variable === name))
          append(source, stop.at, stop.next)
        else if (style === 'literal') buffer.appendValue(quoteLiteral(value), location)
        else if (style === 'identifier') buffer.appendValue(quoteIdentifier(value), location)
        else stack.push({ text: value, at: 0, variable: name, location })
        break
      }
      case 'backslash':
        try {
          source.at = await runCommand(state, source.text, stop.next, line)
        } catch (error) {
          await report(state, line, error)
          source.at = source.text.length
        }
    }
  }
}
