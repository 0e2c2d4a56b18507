import { unquoteIdentifier } from '../psql/command-arguments.ts'
import type { Engine } from './engine.ts'

const createRole = /\bcreate\s+(?:role|user|group)\s+("(?:[^"]|"")+"|[\w$\u0080-\uffff]+)/gi

/** Collects the names of roles that the statements create, including those in functions and DO blocks. */
export function watchRoles(engine: Engine, names: Set<string>): Engine {
  const note = (sql: string) => {
    for (const [, name] of sql.matchAll(createRole)) if (name) names.add(unquoteIdentifier(name))
  }
  return {
    get session() {
      return engine.session
    },
    get fileTransaction() {
      return engine.fileTransaction
    },
    mayPipeline: (sql) => engine.mayPipeline(sql),
    pipeline(sql, sink) {
      note(sql)
      return engine.pipeline(sql, sink)
    },
    run(sql, sink, combined) {
      note(sql)
      return engine.run(sql, sink, combined)
    },
    reconnect: () => engine.reconnect(),
    finish: () => engine.finish(),
  }
}
