import { canPipeline } from '../psql/transaction-command.ts'
import type { Session } from '../server/session.ts'
import type { Engine } from './engine.ts'

/** Passes every statement through unchanged, for a database that is dropped afterwards. */
export function createDirectEngine(given: Session, reopen: () => Promise<Session>): Engine {
  let session = given
  return {
    get session() {
      return session
    },
    get fileTransaction() {
      return session.status === 'I' ? 'none' : session.status === 'T' ? 'open' : 'failed'
    },
    mayPipeline: (sql) => session.status === 'T' && canPipeline(sql),
    pipeline: (sql, sink) => session.query(sql, sink),
    run: (sql, sink) => session.query(sql, sink),
    async reconnect() {
      const old = session
      session = await reopen()
      session.onNotice = old.onNotice
      await old.close()
    },
    async finish() {
      if (!session.lost && session.status !== 'I') await session.query('rollback')
    },
  }
}
