import type { Outcome, ResultSink, Session } from '../server/session.ts'

/** Runs a file's statements on a session, under the promise of an isolation. */
export type Engine = {
  /** Whether the file itself is in a transaction: open at the end of the file is a mistake. */
  readonly fileTransaction: 'none' | 'open' | 'failed'
  /** True when `sql` may be sent before the answers to earlier statements are known. */
  mayPipeline(sql: string): boolean
  /** Runs a statement that `mayPipeline` allowed. */
  pipeline(sql: string, sink: ResultSink): Promise<Outcome>
  /** @param combined the text holds several statements (`\;`) */
  run(sql: string, sink: ResultSink, combined: boolean): Promise<Outcome>
  /** psql's `\connect` to the same database: a new session, as far as the file can tell. */
  reconnect(): Promise<void>
  /** Ends whatever is open, whoever opened it. */
  finish(): Promise<void>
  readonly session: Session
}

/** The statement cannot be run under this isolation without breaking its promise. */
export class IsolationError extends Error {
  override readonly name = 'IsolationError'
}
