import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  type KyselyConfig,
  type KyselyPlugin,
  type KyselyProps,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { usageError } from '../../packages/postgres/src/failure.ts'
import { wholeNumber } from '../../packages/postgres/src/whole-number.ts'
import type { StatementResult } from './batch.ts'
import { kindOf } from './plain-query.ts'
import type { Session } from './session.ts'

const adapter = new PostgresAdapter()
const compiler = new PostgresQueryCompiler()

/** Kysely's constructor argument for the handle of a session's transaction. */
export function sessionProps(session: Session, plugins: KyselyPlugin[]): KyselyProps {
  const connection = new SessionConnection(session)
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) }
  const executor = new DefaultQueryExecutor(compiler, adapter, provider, plugins)
  return { config: CONFIG, driver: TRANSACTION_DRIVER, dialect, executor }
}

/** A dialect whose queries all run through the driver. */
export function dialectOf(driver: Driver): Dialect {
  return { ...dialect, createDriver: () => driver }
}

/** Runs Kysely's queries in a session. */
export class SessionConnection implements DatabaseConnection {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.#session.execute(
      { sql: query.sql, values: query.parameters },
      kindOf(query.query),
    )
    return toKysely<R>(result)
  }

  /** Returns rows in chunks, through a cursor on the server. */
  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    wholeNumber('the chunk size of a stream', chunkSize, 1)
    // A cursor is for a query that returns rows and writes none: manual, DECLARE.
    if (/^(Insert|Update|Delete|Merge)QueryNode$/.test(query.query.kind))
      throw usageError('only a select can be streamed: use execute(), which returns the rows of "returning"')
    const name = `stream_${++streams}`
    await this.#session.execute(
      { sql: `declare ${name} no scroll cursor for ${query.sql}`, values: query.parameters },
      'query',
    )
    while (true) {
      const result = await this.#session.execute(
        { sql: `fetch ${chunkSize} from ${name}`, values: [] },
        'query',
      )
      if (result.rows.length > 0) yield toKysely<R>(result)
      if (result.rows.length < chunkSize) break
    }
    await this.#session.execute({ sql: `close ${name}`, values: [] }, 'query')
  }
}

let streams = 0

function toKysely<R>({ command, rowCount, rows }: StatementResult): QueryResult<R> {
  // As in Kysely's own driver for pg: the rows have the query's type.
  const typed = rows as R[]
  return WRITES.has(command) ? { rows: typed, numAffectedRows: BigInt(rowCount ?? 0) } : { rows: typed }
}

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function refuse(): Promise<never> {
  return Promise.reject(
    usageError('this handle is already a transaction: use withSavepoint for a part that may fail'),
  )
}

const TRANSACTION_DRIVER: Driver = {
  init: () => Promise.resolve(),
  acquireConnection: refuse,
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
  releaseConnection: () => Promise.resolve(),
  destroy: refuse,
}

const dialect: Dialect = {
  createAdapter: () => adapter,
  createDriver: () => TRANSACTION_DRIVER,
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => compiler,
}

const CONFIG: KyselyConfig = { dialect }
