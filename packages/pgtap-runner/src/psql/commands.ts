import { type Argument, readArguments, readCommandName, unquoteIdentifier } from './command-arguments.ts'
import { CommandError, UnsupportedCommand } from './context.ts'
import { copyCommand } from './copy-command.ts'
import { openInclude } from './include.ts'
import { resetLexerState } from './lexer.ts'
import { setPrintOption } from './printer.ts'
import type { ScriptState } from './script-state.ts'
import { parseBoolean, quoteLiteral } from './variables.ts'

type Call = {
  readonly state: ScriptState
  readonly name: string
  readonly args: readonly Argument[]
  readonly values: readonly string[]
  readonly line: number
}
type Command = (call: Call) => void | Promise<void>

const commands = new Map<string, Command>()
function define(names: string, command: Command): void {
  for (const name of names.split(' ')) commands.set(name, command)
}

/** psql commands that this package does not support: an error, except in an inactive `\if` branch. */
const otherPsqlCommands = new Set(
  (
    '! ? H L S T W bind bind_named cd close_prepared conninfo copy copyright crosstabview e edit ef endpipeline errverbose ev ' +
    'flush flushrequest gdesc getresults h help html l l+ list list+ lo_export lo_import lo_list lo_unlink parse password ' +
    'prompt restrict s sendpipeline setenv sf sf+ startpipeline sv sv+ syncpipeline unrestrict w watch write z zS'
  ).split(' '),
)

/**
 * Runs the backslash command at `at` (just after the backslash).
 * @returns the position in `text` after the command
 */
export async function runCommand(
  state: ScriptState,
  text: string,
  at: number,
  line: number,
): Promise<number> {
  const { name, rest, restAt } = readCommandName(text, at)
  const { conditions, context, sender } = state
  if (name === 'if' || name === 'elif' || name === 'else' || name === 'endif') {
    await sender.settle()
    return restAt + (await flow(state, name, rest))
  }
  if (!commands.has(name) && !otherPsqlCommands.has(name) && !/^d[A-Za-z]*[S+]*$/.test(name)) {
    throw new CommandError(`invalid command \\${name}`)
  }
  if (!conditions.active) {
    const { end } = skipArguments(rest)
    return restAt + end
  }
  await sender.settle()
  if (name === 'copy') {
    await copyCommand(state, rest, line)
    return text.length
  }
  const command = commands.get(name)
  if (!command) throw new UnsupportedCommand(`\\${name} is not supported by pgtap-runner`)
  const { args, end } = readArguments(rest, context.variables)
  await command({ state, name, args, values: args.map((arg) => arg.value), line })
  return restAt + end
}

/** Skips the arguments of a command in an inactive branch without evaluating them. */
function skipArguments(rest: string): { end: number } {
  const quoted = /(?:'(?:[^'\\]|\\.|'')*'|"[^"]*"|`[^`]*`|[^\\'"`]|['"`])*/y
  const end = quoted.exec(rest)?.[0].length ?? rest.length
  return { end: rest.startsWith('\\\\', end) ? end + 2 : end }
}

async function flow(state: ScriptState, name: string, rest: string): Promise<number> {
  const { conditions, buffer, marks, context } = state
  const evaluate = () => {
    const { args, end } = readArguments(rest, context.variables)
    const expression = args.map((arg) => arg.value).join(' ')
    const value = parseBoolean(expression)
    if (value === undefined) {
      context.failure(
        {
          message: `unrecognized value "${expression}" for "\\${name} expression": Boolean expected`,
          location: { file: state.script.name, line: state.script.line },
        },
        false,
      )
    }
    return { value: value ?? false, end }
  }
  const skipped = skipArguments(rest)
  const mark = marks.at(-1)
  const leaveBranch = () => {
    if (!conditions.active && mark) {
      buffer.rewind(mark)
      if (mark.length === 0) resetLexerState(state.lexer)
    }
  }
  let complaint: string | undefined
  let { end } = skipped
  if (name === 'if') {
    const condition = conditions.active ? evaluate() : { value: false, end }
    marks.push(buffer.mark())
    conditions.open(condition.value)
    end = condition.end
  } else if (name === 'elif') {
    leaveBranch()
    const condition = conditions.elifWanted() ? evaluate() : { value: false, end }
    complaint = conditions.elif(condition.value)
    end = condition.end
    if (conditions.active) marks.splice(-1, 1, buffer.mark())
  } else if (name === 'else') {
    leaveBranch()
    complaint = conditions.otherwise()
    marks.splice(-1, 1, buffer.mark())
  } else {
    leaveBranch()
    complaint = conditions.close()
    marks.pop()
  }
  if (complaint) throw new CommandError(complaint)
  return end
}

const say = (call: Call, text: string, results: boolean) => {
  const { context, script } = call.state
  if (results && context.silenced) return
  context.output(text, { file: script.name, line: call.line })
}
const echo = (call: Call, results: boolean) => {
  const [first, ...others] = call.args
  const bare = first?.value === '-n' && !first.quoted
  const words = bare ? others : call.args
  say(call, words.map((arg) => arg.value).join(' ') + (bare ? '' : '\n'), results)
}
define('echo', (call) => echo(call, false))
define('qecho', (call) => echo(call, true))
define('warn', () => {})

define('set', (call) => {
  const { variables } = call.state.context
  const [name, ...parts] = call.values
  if (name === undefined) {
    for (const [key, value] of variables.entries())
      say(call, `${key} = ${quoteLiteral(value).trim()}\n`, false)
    return
  }
  const complaint = variables.set(name, parts.join(''))
  if (complaint) throw new CommandError(complaint)
})
define('unset', ({ state, values: [name] }) => {
  if (name === undefined) throw new CommandError('\\unset: missing required argument')
  const complaint = state.context.variables.unset(name)
  if (complaint) throw new CommandError(complaint)
})
define('getenv', ({ state, values: [name, source] }) => {
  if (name === undefined || source === undefined)
    throw new CommandError('\\getenv: missing required argument')
  const value = process.env[source]
  const complaint = value === undefined ? undefined : state.context.variables.set(name, value)
  if (complaint) throw new CommandError(complaint)
})

const print = ({ state }: Call, name: string, value: string | undefined) => {
  const complaint = setPrintOption(state.context.print, name, value)
  if (complaint) throw new UnsupportedCommand(complaint)
}
define('pset', (call) => {
  const [name, value] = call.values
  if (name !== undefined) print(call, name, value)
})
define('t', (call) => print(call, 'tuples_only', call.values[0]))
define('x', (call) => print(call, 'expanded', call.values[0]))
define('f', (call) => print(call, 'fieldsep', call.values[0]))
define('C', (call) => print(call, 'title', call.values[0]))
define('a', (call) =>
  print(call, 'format', call.state.context.print.format === 'unaligned' ? 'aligned' : 'unaligned'),
)
define('timing', ({ state, values: [value] }) => {
  const flag = value === undefined ? !state.context.timing : parseBoolean(value)
  if (flag === undefined)
    throw new CommandError(`unrecognized value "${value}" for "\\timing": Boolean expected`)
  state.context.timing = flag
})
define('o out', ({ state, values: [target] }) => {
  if (target !== undefined && target !== '/dev/null')
    throw new UnsupportedCommand(`\\o ${target} is not supported: only \\o /dev/null and \\o are`)
  state.context.silenced = target !== undefined
})
define('encoding', ({ values: [name] }) => {
  if (name !== undefined && !/^utf-?8$/i.test(name))
    throw new UnsupportedCommand(`\\encoding ${name} is not supported: only UTF8 is`)
})

define('i include', (call) => include(call, false))
define('ir include_relative', (call) => include(call, true))
async function include({ state, name, values: [given], line }: Call, beside: boolean): Promise<void> {
  if (given === undefined) throw new CommandError(`\\${name}: missing required argument`)
  const script = await openInclude(state.context, state.script, line, given, beside)
  await state.include(script)
}

define('q quit', ({ state }) => {
  state.quit = true
})
define('c connect', async ({ state, args }) => {
  const { context } = state
  const { variables } = context
  const [database = '-', user = '-', host = '-', port = '-'] = args.map((arg) => unquoteIdentifier(arg.value))
  const same = (given: string, name: string) => given === '-' || given === variables.get(name)
  if (!same(database, 'DBNAME') || !same(user, 'USER') || !same(host, 'HOST') || !same(port, 'PORT')) {
    throw new UnsupportedCommand('\\connect is supported only to the database, user and server of the run')
  }
  await context.engine.reconnect()
})
define('r reset', ({ state }) => {
  state.buffer.clear()
  resetLexerState(state.lexer)
})
define('p print', (call) => say(call, `${call.state.buffer.text || call.state.previous}\n`, false))

/** Takes the statement before `\g…`, or repeats the last one, as psql does. */
function takeStatement({ state, line }: Call) {
  const here = { file: state.script.name, line }
  const current = state.buffer.snapshot(here)
  const statement =
    current.text.trim() === '' ? { text: state.previous, start: here, locate: () => undefined } : current
  state.previous = statement.text
  state.buffer.clear()
  resetLexerState(state.lexer)
  return statement
}
define('g gx', async (call) => {
  const target = call.values[0]
  if (target !== undefined && target !== '/dev/null')
    throw new UnsupportedCommand(
      `\\${call.name} ${target} is not supported: only \\${call.name} and \\${call.name} /dev/null are`,
    )
  const { context, sender, script } = call.state
  const before = context.silenced
  context.silenced ||= target !== undefined
  const combined = call.state.combined
  call.state.combined = false
  await sender.send(takeStatement(call), script, { expanded: call.name === 'gx', wait: true, combined })
  context.silenced = before
})
define('gset', async (call) =>
  call.state.sender.gset(takeStatement(call), call.state.script, call.values[0] ?? ''),
)
define('gexec', async (call) => call.state.sender.gexec(takeStatement(call), call.state.script))
