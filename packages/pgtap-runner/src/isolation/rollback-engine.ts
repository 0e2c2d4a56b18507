import {
  canPipeline,
  readTransactionCommand,
  searchable,
  type TransactionCommand,
} from '../psql/transaction-command.ts'
import type { ServerError } from '../server/server-error.ts'
import type { Outcome, ResultSink, Session } from '../server/session.ts'
import { type Engine, IsolationError } from './engine.ts'

const useClone = 'run the file with --isolation clone'
/** Effects that end only with a real COMMIT. Files are never committed, so such a file is refused. */
const endsAtCommit = /\bset\s+local\b|\bset_config\b|\bon\s+commit\s+(?:drop|delete)\b/i

/**
 * Lets a file use transactions freely and rolls everything back. The common file (`begin; …; rollback;`) is passed
 * through unchanged. Otherwise an outer transaction prevents every commit: a statement outside
 * `begin` runs under a savepoint, COMMIT checks the deferred constraints and keeps the transaction open, and a
 * later BEGIN becomes a savepoint. The outer transaction is rolled back at the end of the file.
 */
export function createRollbackEngine(given: Session, reopen: () => Promise<Session>): Engine {
  let session = given
  let outer = false
  let file: 'none' | 'real' | 'nested' = 'none'
  let hazard: string | undefined
  /** Number of statements sent but not answered; until it is 0, `session.status` is outdated. */
  let ahead = 0
  let begunAhead = false
  /** The value of `standard_conforming_strings` after a rollback. */
  let stringsBefore = true

  const ok = async (sql: string): Promise<void> => {
    const { error } = await session.query(sql)
    if (error) throw new IsolationError(`${error.message} (while isolating the file)`)
  }
  const openOuter = async () => {
    if (!outer) await ok('begin')
    outer = true
  }
  const answer = (tag: string, sink: ResultSink): Outcome => {
    sink.complete?.(tag)
    return { status: session.status }
  }
  const refuse = (message: string, code: string): Outcome => {
    const error: ServerError = { message, severity: 'ERROR', code }
    return { error, status: session.status }
  }

  const begin = async (sql: string, modes: string, sink: ResultSink): Promise<Outcome> => {
    if (file !== 'none') return session.query(sql, sink)
    hazard = undefined
    stringsBefore = session.standardStrings
    if (!outer) {
      const outcome = await session.query(sql, sink)
      if (!outcome.error) file = 'real'
      return outcome
    }
    if (modes && !/^(?:ISOLATION LEVEL READ COMMITTED|READ WRITE)$/.test(modes)) {
      throw new IsolationError(
        `"begin ${modes.toLowerCase()}" after statements that had to be kept apart: ${useClone}`,
      )
    }
    await ok('savepoint pgtap_runner_file')
    file = 'nested'
    return answer('BEGIN', sink)
  }

  const commit = async (chain: boolean, sink: ResultSink): Promise<Outcome> => {
    if (file === 'none') return outer ? answer('COMMIT', sink) : session.query('commit', sink)
    if (session.status === 'E') return rollback('rollback', chain, sink)
    if (hazard)
      throw new IsolationError(
        `commits a transaction that used "${hazard}", which only a real commit ends: ${useClone}`,
      )
    const checked = await session.query('set constraints all immediate')
    if (checked.error) {
      await rollback('rollback', false, {})
      return { error: checked.error, status: session.status }
    }
    if (file === 'nested') await ok('release savepoint pgtap_runner_file')
    file = 'none'
    outer = true
    if (chain) await begin('begin', '', {})
    return answer('COMMIT', sink)
  }

  const rollback = async (sql: string, chain: boolean, sink: ResultSink): Promise<Outcome> => {
    hazard = undefined
    if (file === 'none') return outer ? answer('ROLLBACK', sink) : session.query(sql, sink)
    if (file === 'real') {
      const outcome = await session.query(sql, sink)
      file = outcome.status === 'I' ? 'none' : 'real'
      return outcome
    }
    await ok('rollback to savepoint pgtap_runner_file; release savepoint pgtap_runner_file')
    file = 'none'
    if (chain) await begin('begin', '', {})
    return answer('ROLLBACK', sink)
  }

  /** Fails like a malformed command, without sending the text, which could end the transaction. */
  const malformed = async (sink: ResultSink): Promise<Outcome> => {
    const { error, status } = await session.query('malformed transaction command', sink)
    if (!error) return { status }
    const { position: _, ...said } = error
    return { error: { ...said, message: 'syntax error in a transaction command' }, status }
  }

  /** Runs a statement outside any transaction of the file: it takes effect or fails alone. */
  const alone = async (sql: string, sink: ResultSink): Promise<Outcome> => {
    await openOuter()
    await ok('savepoint pgtap_runner_statement')
    const outcome = await session.query(sql, sink)
    if (outcome.error) {
      await ok('rollback to savepoint pgtap_runner_statement; release savepoint pgtap_runner_statement')
      return { error: explain(outcome.error), status: session.status }
    }
    // A commit would check deferred constraints here; the inner savepoint undoes the change of mode.
    const checked = await session.query(
      'savepoint pgtap_runner_check; set constraints all immediate;' +
        'rollback to savepoint pgtap_runner_check; release savepoint pgtap_runner_statement',
    )
    if (!checked.error) return outcome
    await ok('rollback to savepoint pgtap_runner_statement; release savepoint pgtap_runner_statement')
    return { error: checked.error, status: session.status }
  }

  const dispatch = (command: TransactionCommand, sql: string, sink: ResultSink): Promise<Outcome> => {
    switch (command.kind) {
      case 'begin':
        return begin(sql, command.modes, sink)
      case 'commit':
        return commit(command.chain, sink)
      case 'rollback':
        return rollback(sql, command.chain, sink)
      case 'malformed':
        return malformed(sink)
      case 'two-phase':
        throw new IsolationError(`prepared transactions outlive the file: ${useClone}`)
      case 'savepoint':
        if (file === 'none' && outer) {
          return Promise.resolve(refuse('savepoints can only be used in transaction blocks', '25P01'))
        }
        return session.query(sql, sink)
      case 'session':
        if (file === 'none' && !outer) return session.query(sql, sink)
    }
    if (file === 'none') return alone(sql, sink)
    hazard ??= endsAtCommit.exec(searchable(sql))?.[0]
    return session.query(sql, sink)
  }

  return {
    get session() {
      return session
    },
    get fileTransaction() {
      if (file === 'none') return 'none'
      return session.status === 'E' ? 'failed' : 'open'
    },
    mayPipeline(sql) {
      const command = readTransactionCommand(sql)
      // A plain BEGIN in an idle session cannot fail.
      if (command.kind === 'begin')
        return file === 'none' && !outer && ahead === 0 && session.status === 'I' && command.modes === ''
      if (file === 'none' || !(begunAhead || session.status === 'T')) return false
      if (command.kind !== 'rollback') return canPipeline(sql)
      // The next line is read according to this setting.
      return file === 'real' && !command.chain && session.standardStrings === stringsBefore
    },
    async pipeline(sql, sink) {
      const { kind } = readTransactionCommand(sql)
      if (kind === 'begin') {
        file = 'real'
        hazard = undefined
        begunAhead = true
        stringsBefore = session.standardStrings
      } else if (kind === 'rollback') file = 'none'
      else hazard ??= endsAtCommit.exec(searchable(sql))?.[0]
      ahead++
      try {
        return await session.query(sql, sink)
      } finally {
        ahead--
        if (ahead === 0) begunAhead = false
      }
    },
    async run(sql, sink, combined) {
      if (
        combined &&
        sql
          .split(';')
          .some((part) => !['other', 'session', 'copy'].includes(readTransactionCommand(part).kind))
      ) {
        throw new IsolationError(`transaction commands joined by \\; cannot be kept apart: ${useClone}`)
      }
      return dispatch(readTransactionCommand(sql), sql, sink)
    },
    async reconnect() {
      if (!outer) {
        file = 'none'
        const old = session
        session = await reopen()
        session.onNotice = old.onNotice
        await old.close()
        return
      }
      if (file === 'nested') await rollback('rollback', false, {})
      // The file's "committed" changes must remain: reset the session inside the outer transaction.
      await ok(
        'close all; set session authorization default; reset all; deallocate all; unlisten *;' +
          'select pg_advisory_unlock_all(); discard plans; discard temp; discard sequences',
      )
    },
    async finish() {
      if (session.lost) return
      file = 'none'
      outer = false
      if (ahead > 0 || session.status !== 'I') await session.query('rollback')
    },
  }
}

function explain(error: ServerError): ServerError {
  if (error.code !== '25001' && error.code !== '2D000') return error
  const hint = `each file runs in a transaction that is rolled back; for this statement ${useClone}`
  return { ...error, hint: error.hint ? `${error.hint} — ${hint}` : hint }
}
