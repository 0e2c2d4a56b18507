import { usageError } from './failure.ts'

/** TLS as libpq names it: https://www.postgresql.org/docs/current/libpq-ssl.html */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full' | 'no-verify'

/** A validated connection string, with a name that does not contain the password. */
export interface ConnectionString {
  url: URL
  /** `user@host:port/database`, for messages. */
  name: string
  host: string
  database: string
  /** As asked for, else `disable` on loopback and `verify-full` elsewhere. */
  sslMode: SslMode
  /** Name of the setting that it comes from, for messages. */
  setting: string
}

const SSL_MODES: readonly SslMode[] = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'no-verify',
]
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', ''])

/**
 * Checks a `postgres://` connection string.
 *
 * @param setting name of the setting that it comes from, for messages
 * @throws Failure (2), whose message never holds the string: it has a password
 */
export function parseConnectionString(given: string, setting = 'DATABASE_URL'): ConnectionString {
  const example = 'postgres://user:password@host:5432/database'
  // A user without a host, as libpq takes it for a socket, is no URL.
  const text = given.replace(/^(\s*[a-z]+:\/\/[^/?#]*@)(?=[/?])/i, '$1localhost')
  refuseOtherServers(text, setting)
  // Without "//" the parser takes user and password for a part of the path, which messages show.
  if (
    !/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) ||
    !URL.canParse(text) ||
    !isDecodable(new URL(text).pathname)
  ) {
    throw usageError(
      `${setting} is not a connection string: write ${example}` +
        ' (a password with special characters must be percent-encoded)',
    )
  }
  const url = new URL(text)
  // Behind a "/", "?" or "#" of the password, the rest of it would be taken for a database, which messages show.
  if (url.hash !== '' || (url.username === '' && text.includes('@')))
    throw usageError(
      `${setting} has a "/", "?" or "#" in user or password: percent-encode it (%2F, %3F, %23), as in ${example}`,
    )
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw usageError(`${setting} begins with "${url.protocol}//": write ${example}`)
  }
  const database = decodeURIComponent(url.pathname.slice(1))
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  if (database === '') throw usageError(`${setting} names no database: write ${example}`)
  const asked = url.searchParams.get('sslmode') ?? undefined
  const sslMode = asked === undefined ? defaultSslMode(host) : SSL_MODES.find((mode) => mode === asked)
  if (sslMode === undefined)
    throw usageError(`${setting} has sslmode=${asked}: use one of ${SSL_MODES.join(', ')}`)
  const user = url.username || url.searchParams.get('user') || '(no user)'
  const port = url.searchParams.get('port') ?? (url.port || '5432')
  const name = `${user}@${host || 'localhost'}:${port}/${database}`
  return { url, name, host, database, sslMode, setting }
}

/** libpq tries several hosts in turn. pg does not, and has a parameter of its own for sockets. */
function refuseOtherServers(text: string, setting: string): void {
  // An "@" after the host means that the password is not encoded: another message says so.
  const [, hosts = '', query = ''] =
    /^\s*[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#@]*)(?:\/[^?@]*)?(?:\?([^@]*))?$/i.exec(text) ?? []
  const parameters = new URLSearchParams(query)
  if ([hosts, parameters.get('host'), parameters.get('port')].some((each) => each?.includes(',')))
    throw usageError(`${setting} names several servers: write the one that accepts writes`)
  if (parameters.has('socket'))
    throw usageError(`${setting} has the parameter "socket": write host=/folder/of/the/socket instead`)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function defaultSslMode(host: string): SslMode {
  return LOOPBACK.has(host) || host.startsWith('/') ? 'disable' : 'verify-full'
}

/** The same connection string for another login. */
export function withLogin(connection: ConnectionString, user: string, password: string): ConnectionString {
  const url = new URL(connection.url)
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  return parseConnectionString(url.href, connection.setting)
}

/** The same connection string to another database of the server. */
export function withDatabase(connection: ConnectionString, database: string): ConnectionString {
  const url = new URL(connection.url)
  url.pathname = `/${encodeURIComponent(database)}`
  return parseConnectionString(url.href, connection.setting)
}
