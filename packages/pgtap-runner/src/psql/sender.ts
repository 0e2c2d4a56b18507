import type { Failure } from '../events.ts'
import { IsolationError } from '../isolation/engine.ts'
import type { Outcome, ResultSink } from '../server/session.ts'
import { CommandError, type PsqlContext, ScriptStopped } from './context.ts'
import { printResult } from './printer.ts'
import type { Script } from './script.ts'
import type { Statement } from './statement-buffer.ts'
import { readTransactionCommand } from './transaction-command.ts'
import { validName } from './variables.ts'

/** Maximum number of unanswered statements in an open transaction. */
const pipelineDepth = 100

export type Sender = {
  /** Sends a statement and prints its result. Returns no promise if later lines cannot depend on the answer. */
  send(
    statement: Statement,
    script: Script,
    how?: { expanded?: boolean; combined?: boolean; wait?: boolean },
  ): Promise<void> | undefined
  /** `\gset`: each column of the one row becomes a variable. */
  gset(statement: Statement, script: Script, prefix: string): Promise<void>
  /** `\gexec`: each cell of the result is a statement. */
  gexec(statement: Statement, script: Script): Promise<void>
  /** Waits for the answers to everything sent. @throws ScriptStopped after an error under ON_ERROR_STOP */
  settle(): Promise<void>
}

export function createSender(context: PsqlContext): Sender {
  const { engine, variables } = context
  let outstanding: Promise<void>[] = []
  let stopped = false

  const settle = async () => {
    const all = outstanding
    outstanding = []
    await Promise.all(all)
    if (stopped) throw new ScriptStopped()
  }

  const conclude = (outcome: Outcome, statement: Statement) => {
    const { error } = outcome
    variables.set('ERROR', error ? 'true' : 'false')
    variables.set('SQLSTATE', error?.code ?? '00000')
    if (!error || stopped) return
    variables.set('LAST_ERROR_MESSAGE', error.message)
    variables.set('LAST_ERROR_SQLSTATE', error.code)
    variables.set('ROW_COUNT', '0')
    const found = error.position === undefined ? undefined : statement.locate(error.position)
    const { position: _, ...said } = error
    stopped = variables.isOn('ON_ERROR_STOP')
    const failure: Failure = {
      ...said,
      location: found?.location ?? statement.start,
      ...(found && { excerpt: found.excerpt }),
    }
    context.failure(failure, stopped)
  }

  /** Adds what psql adds around a statement: BEGIN without AUTOCOMMIT, savepoints of ON_ERROR_ROLLBACK. */
  const execute = async (statement: Statement, sink: ResultSink, combined: boolean): Promise<void> => {
    const command = readTransactionCommand(statement.text)
    const plain = command.kind === 'other' || command.kind === 'copy' || command.kind === 'session'
    if (
      plain &&
      engine.fileTransaction === 'none' &&
      variables.get('AUTOCOMMIT') &&
      !variables.isOn('AUTOCOMMIT')
    ) {
      await engine.run('BEGIN', {}, false)
    }
    const mode = variables.get('ON_ERROR_ROLLBACK')
    const guarded =
      plain &&
      engine.fileTransaction === 'open' &&
      mode !== 'interactive' &&
      variables.isOn('ON_ERROR_ROLLBACK')
    if (guarded) await engine.session.query('SAVEPOINT pg_psql_temporary_savepoint')
    const outcome = await engine.run(statement.text, sink, combined)
    if (guarded && outcome.status !== 'I') {
      await engine.session.query(
        outcome.error ? 'ROLLBACK TO pg_psql_temporary_savepoint' : 'RELEASE pg_psql_temporary_savepoint',
      )
    }
    conclude(outcome, statement)
  }

  const attempt = async (statement: Statement, sink: ResultSink, combined: boolean): Promise<void> => {
    try {
      await execute(statement, sink, combined)
    } catch (error) {
      if (!(error instanceof IsolationError)) throw error
      stopped = true
      context.failure({ message: error.message, location: statement.start }, true)
    }
  }

  const copyIn = (script: Script) =>
    function* () {
      for (let line = script.next(); line !== undefined && line.trimEnd() !== '\\.'; line = script.next())
        yield line
    }

  const printing = (statement: Statement, script: Script, expanded: boolean): ResultSink => {
    const started = context.timing ? performance.now() : 0
    const settings = expanded ? { ...context.print, expanded } : { ...context.print }
    const { silenced, timing } = context
    const quiet = variables.isOn('QUIET')
    const write = (text: string) => {
      if (!silenced && !stopped) context.output(text, statement.start)
    }
    let printer: ReturnType<typeof printResult> | undefined
    return {
      start() {
        context.current = statement.start
      },
      fields(names) {
        printer = printResult(settings, write)
        printer.fields(names)
      },
      row: (values) => printer?.row(values),
      complete(tag) {
        const rows = / (\d+)$/.exec(tag)?.[1]
        variables.set('ROW_COUNT', rows ?? '0')
        if (printer) printer.end()
        else if (!quiet) write(`${tag}\n`)
        printer = undefined
        if (timing) write(`Time: ${(performance.now() - started).toFixed(3)} ms\n`)
      },
      copyOut: (chunk) => write(chunk.toString()),
      copyIn: copyIn(script),
    }
  }

  const collecting = async (
    statement: Statement,
    script: Script,
  ): Promise<{ names: readonly string[]; rows: (string | null)[][] }> => {
    let names: readonly string[] = []
    let rows: (string | null)[][] = []
    await settle()
    await attempt(
      statement,
      {
        start() {
          context.current = statement.start
        },
        fields(given) {
          names = given
          rows = []
        },
        row: (values) => rows.push([...values]),
        complete: (tag) => {
          variables.set('ROW_COUNT', / (\d+)$/.exec(tag)?.[1] ?? '0')
        },
        copyIn: copyIn(script),
      },
      false,
    )
    if (stopped) throw new ScriptStopped()
    return { names, rows }
  }

  /** Whether an error ends the file and no statement needs a BEGIN or a savepoint of its own. */
  const mayRunAhead = () =>
    variables.isOn('ON_ERROR_STOP') && !variables.isOn('ON_ERROR_ROLLBACK') && !context.timing

  const sendAndWait = async (statement: Statement, sink: ResultSink, combined: boolean) => {
    await settle()
    await attempt(statement, sink, combined)
    if (stopped) throw new ScriptStopped()
  }

  return {
    settle,
    send(statement, script, { expanded = false, combined = false, wait = false } = {}) {
      const sink = printing(statement, script, expanded)
      if (!wait && !combined && mayRunAhead() && engine.mayPipeline(statement.text)) {
        const answered = engine.pipeline(statement.text, sink).then((outcome) => conclude(outcome, statement))
        answered.catch(() => {})
        outstanding.push(answered)
        return outstanding.length >= pipelineDepth ? settle() : undefined
      }
      return sendAndWait(statement, sink, combined)
    },
    async gset(statement, script, prefix) {
      const { names, rows } = await collecting(statement, script)
      if (variables.isOn('ERROR')) return
      const [row, ...more] = rows
      if (!row) throw new CommandError('no rows returned for \\gset')
      if (more.length > 0) throw new CommandError('more than one row returned for \\gset')
      for (const [index, name] of names.entries()) {
        const variable = prefix + name
        if (!validName.test(variable)) throw new CommandError(`invalid variable name: "${variable}"`)
        const value = row[index]
        const complaint = value == null ? variables.unset(variable) : variables.set(variable, value)
        if (complaint) throw new CommandError(complaint)
      }
    },
    async gexec(statement, script) {
      const { rows } = await collecting(statement, script)
      for (const text of rows.flat()) {
        if (text === null) continue
        const generated: Statement = { text, start: statement.start, locate: () => undefined }
        await this.send(generated, script, { wait: true })
      }
    },
  }
}
