import type { ClientConfig } from 'pg'
import { UsageError } from '../usage-error.ts'

export type ConnectionChoice = {
  /** A postgres:// URL; if undefined, the PG* variables are used, as by psql. */
  readonly url: string | undefined
  readonly database?: string
  /** Session defaults, which `reset` restores. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Puts settings into the startup packet's `options`, where white space and backslashes need escaping. */
function toOptions(before: string | null | undefined, settings: Readonly<Record<string, string>>): string {
  const added = Object.entries(settings).map(
    ([name, value]) => `-c ${name}=${value.replace(/[\s\\]/g, '\\$&')}`,
  )
  return [...(before ? [before] : []), ...added].join(' ')
}

export function connectionConfig({ url, database, settings = {} }: ConnectionChoice): ClientConfig {
  const common: ClientConfig = {
    application_name: 'pgtap-runner',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: 30_000,
  }
  if (url === undefined) {
    const options = toOptions(process.env.PGOPTIONS, settings)
    return { ...common, ...(database && { database }), ...(options && { options }) }
  }
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new UsageError('the database URL cannot be read; it looks like postgres://user@host:5432/database')
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new UsageError(`the database URL starts with ${parsed.protocol}//, not postgres://`)
  }
  if (database) parsed.pathname = `/${encodeURIComponent(database)}`
  const options = toOptions(parsed.searchParams.get('options') ?? process.env.PGOPTIONS, settings)
  if (options) parsed.searchParams.set('options', options)
  return { ...common, connectionString: parsed.href.replaceAll('+', '%20') }
}

/** `user@host:port/database`, for messages: never the password. */
export function describeServer(choice: ConnectionChoice): string {
  const { url } = choice
  if (url === undefined) {
    const { PGHOST = 'localhost', PGPORT = '5432', PGDATABASE = '' } = process.env
    return `${PGHOST}:${PGPORT}${PGDATABASE && `/${PGDATABASE}`}`
  }
  try {
    const { hostname, port, pathname, searchParams } = new URL(url)
    return `${searchParams.get('host') ?? (hostname || 'localhost')}:${port || '5432'}${pathname}`
  } catch {
    return 'the server'
  }
}
