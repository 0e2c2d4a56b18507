import type { Outcome, ResultSink, Session } from '../server/session.ts'

/** Runs a file's statements on a session and isolates them from other files. */
export type Engine = {
  /** The transaction that the file itself began; open at the end of the file is an error. */
  readonly fileTransaction: 'none' | 'open' | 'failed'
  /** Whether `sql` may be sent before the answers to earlier statements arrive. */
  mayPipeline(sql: string): boolean
  /** Runs a statement that `mayPipeline` allowed. */
  pipeline(sql: string, sink: ResultSink): Promise<Outcome>
  /** @param combined whether the text contains several statements (`\;`) */
  run(sql: string, sink: ResultSink, combined: boolean): Promise<Outcome>
  /** psql's `\connect` to the same database: the file sees a new session. */
  reconnect(): Promise<void>
  /** Ends all open transactions, the file's and the engine's. */
  finish(): Promise<void>
  readonly session: Session
}

/** The statement cannot run isolated. */
export class IsolationError extends Error {
  override readonly name = 'IsolationError'
}
