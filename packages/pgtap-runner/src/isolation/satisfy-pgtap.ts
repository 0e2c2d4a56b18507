import { leadingNoise } from '../psql/statement-buffer.ts'
import type { Engine } from './engine.ts'

const pattern = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?(?:pgtap|"pgtap")(?![\w$])/i
const createExtension = (sql: string) => pattern.test(sql.slice(leadingNoise(sql)))

/** Answers `create extension [if not exists] pgtap …` itself if the runner has loaded pgTAP for the run. */
export function satisfyPgtap(engine: Engine): Engine {
  return {
    get session() {
      return engine.session
    },
    get fileTransaction() {
      return engine.fileTransaction
    },
    mayPipeline: (sql) => !createExtension(sql) && engine.mayPipeline(sql),
    pipeline: (sql, sink) => engine.pipeline(sql, sink),
    async run(sql, sink, combined) {
      if (combined || !createExtension(sql)) return engine.run(sql, sink, combined)
      sink.complete?.('CREATE EXTENSION')
      return { status: engine.session.status }
    },
    reconnect: () => engine.reconnect(),
    finish: () => engine.finish(),
  }
}
