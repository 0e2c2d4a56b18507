import { realpathSync } from 'node:fs'
import type { FileResult, Location, TestEvent } from './events.ts'
import type { Engine } from './isolation/engine.ts'
import { type PsqlContext, ScriptStopped } from './psql/context.ts'
import { runScript } from './psql/interpreter.ts'
import { createPrintSettings } from './psql/printer.ts'
import { openScript } from './psql/script.ts'
import { createSender } from './psql/sender.ts'
import { createVariables } from './psql/variables.ts'
import { ConnectionLost } from './server/session.ts'
import { leavesTraces } from './session-traces.ts'
import { createJudge } from './tap/judge.ts'

export type FileJob = {
  /** The path for messages, relative to the working directory. */
  readonly name: string
  readonly path: string
  readonly cwd: string
  readonly roots: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly timeoutMs: number | undefined
  /** Whether the session was clean when the file's first statement reached it. */
  readonly fresh: () => boolean
  /** Ends a backend that ignores a cancel request. */
  readonly terminate: (processId: number) => Promise<void>
  /** Ends the file when the run is aborted. */
  readonly signal: AbortSignal
}

export type FileOutcome = {
  readonly result: FileResult
  readonly bailedOut: boolean
  /** False if the session must not run another file. */
  readonly clean: boolean
  /** The reason to run the file again: the server crashed because of another file, so the results are void. */
  readonly retry: string | undefined
}

class TimedOut extends Error {}

/** How long a cancelled statement may take to end before the connection is closed. */
const graceMs = 2_000

/** Runs one file on a session and judges its output. An error in the file is a result. @throws UsageError */
export async function runFile(
  job: FileJob,
  engine: Engine,
  emit: (event: TestEvent) => void,
): Promise<FileOutcome> {
  const file = job.name
  const started = performance.now()
  const problems: string[] = []
  let fatal = false
  let bailedOut = false
  let clean = true
  let retry: string | undefined
  let current: Location = { file, line: 1 }

  const stop = new AbortController()
  const abort = () => stop.abort(job.signal.reason)
  job.signal.addEventListener('abort', abort, { once: true })
  if (job.signal.aborted) abort()
  const timers: NodeJS.Timeout[] = []
  let ending: Promise<void> = Promise.resolve()
  let stoppedAt: Location | undefined
  const cancel = () => {
    const { session } = engine
    stoppedAt = current
    void session.cancel()
    const end = () => {
      ending = job.terminate(session.processId).finally(() => session.destroy())
    }
    timers.push(setTimeout(end, graceMs))
  }
  stop.signal.addEventListener('abort', cancel, { once: true })
  if (job.timeoutMs !== undefined) timers.push(setTimeout(() => stop.abort(new TimedOut()), job.timeoutMs))

  const judge = createJudge({
    assertion: (assertion) => emit({ type: 'assertion', file, assertion }),
    bailOut(reason) {
      bailedOut = true
      emit({ type: 'bail-out', file, reason })
      stop.abort(new ScriptStopped())
    },
  })
  let partial = ''
  const context: PsqlContext = {
    engine: watchTraces(engine, () => {
      clean = false
    }),
    variables: createVariables({ ...psqlDefaults(engine), ...job.variables }),
    print: createPrintSettings(),
    output(text, location) {
      const all = partial + text
      let from = 0
      for (let to = all.indexOf('\n'); to >= 0; to = all.indexOf('\n', from)) {
        judge.line(all.slice(from, to), location)
        from = to + 1
      }
      partial = all.slice(from)
    },
    failure(failure, isFatal) {
      if (stop.signal.aborted) return
      fatal ||= isFatal
      judge.flush()
      emit({ type: 'failure', file, failure, fatal: isFatal })
    },
    roots: job.roots,
    cwd: job.cwd,
    signal: stop.signal,
    including: [],
    silenced: false,
    timing: false,
    get current() {
      return current
    },
    set current(location) {
      current = location
    },
  }
  engine.session.onNotice = ({ severity, message }) => {
    emit({ type: 'notice', file, severity, message, location: current })
  }

  try {
    const script = openScript(realpathSync(job.path), file)
    const { quit } = await runScript(script, context, createSender(context))
    const left = engine.fileTransaction
    if (left !== 'none' && !quit && !stop.signal.aborted) {
      problems.push(
        `left a ${left === 'failed' ? 'failed ' : ''}transaction open: end the file with "rollback;"`,
      )
    }
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error
    if (reason instanceof TimedOut) {
      fatal = true
      emit({
        type: 'failure',
        file,
        fatal,
        failure: {
          message: `timed out after ${(job.timeoutMs ?? 0) / 1000} s`,
          location: stoppedAt ?? current,
        },
      })
      if (engine.session.lost) clean = false
    } else if (error instanceof ConnectionLost && !stop.signal.aborted) {
      clean = false
      fatal = true
      const { lastWords } = error
      // 57P02: the server ended every session because another one crashed.
      if (lastWords?.code === '57P02') retry = lastWords.message
      else if (!job.fresh()) retry = lastWords?.message ?? error.message
      else emit({ type: 'failure', file, fatal, failure: lostFailure(error, current) })
    } else if (!(reason instanceof ScriptStopped)) throw reason
  } finally {
    for (const timer of timers) clearTimeout(timer)
    await ending
    job.signal.removeEventListener('abort', abort)
    stop.signal.removeEventListener('abort', cancel)
  }
  if (partial) judge.line(partial, current)
  const judged = judge.finish()
  const failed = fatal || bailedOut || problems.length > 0 || judged.failed > 0 || judged.problems.length > 0
  const { skipReason, ...counts } = judged
  return {
    bailedOut,
    // A cancel request may arrive later.
    clean: clean && !engine.session.lost && !stop.signal.aborted,
    retry,
    result: {
      file,
      ...counts,
      verdict: failed ? 'failed' : skipReason !== undefined ? 'skipped' : 'passed',
      problems: [...judged.problems, ...problems],
      ...(skipReason !== undefined && { skipReason }),
      durationMs: performance.now() - started,
    },
  }
}

function lostFailure({ message, lastWords }: ConnectionLost, location: Location) {
  if (!lastWords) return { message: `the backend crashed: ${message}`, location }
  const { position: _, ...said } = lastWords
  return { ...said, location }
}

function watchTraces(engine: Engine, traced: () => void): Engine {
  return {
    get session() {
      return engine.session
    },
    get fileTransaction() {
      return engine.fileTransaction
    },
    mayPipeline: (sql) => engine.mayPipeline(sql),
    pipeline(sql, sink) {
      if (leavesTraces(sql)) traced()
      return engine.pipeline(sql, sink)
    },
    run(sql, sink, combined) {
      if (leavesTraces(sql)) traced()
      return engine.run(sql, sink, combined)
    },
    reconnect: () => engine.reconnect(),
    finish: () => engine.finish(),
  }
}

/** The variables that psql has at the start when pg_prove calls it. */
function psqlDefaults({ session }: Engine): Record<string, string> {
  const version = session.parameter('server_version') ?? ''
  const [major = '0', minor = '0'] = version.split(/[^\d]/)
  return {
    AUTOCOMMIT: 'on',
    ON_ERROR_STOP: '1',
    ON_ERROR_ROLLBACK: 'off',
    QUIET: 'on',
    ECHO: 'none',
    VERBOSITY: 'default',
    SHOW_CONTEXT: 'errors',
    ENCODING: 'UTF8',
    ERROR: 'false',
    SQLSTATE: '00000',
    LAST_ERROR_MESSAGE: '',
    LAST_ERROR_SQLSTATE: '00000',
    ROW_COUNT: '0',
    SERVER_VERSION_NAME: version,
    SERVER_VERSION_NUM: String(Number(major) * 10_000 + (Number(minor) || 0)),
    DBNAME: session.database,
    USER: session.user,
    HOST: session.host,
    PORT: String(session.port),
  }
}
