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
  /** From the connection string; default: `disable` on loopback, `verify-full` elsewhere. */
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
 * @throws Failure (2), whose message never contains the string, because it has a password
 */
export function parseConnectionString(given: string, setting = 'DATABASE_URL'): ConnectionString {
  const example = 'postgres://user:password@host:5432/database'
  // URL refuses a user without a host, which libpq accepts for a socket.
  const text = given.replace(/^(\s*[a-z]+:\/\/[^/?#]*@)(?=[/?])/i, '$1localhost')
  // Of a password that is not encoded, messages would show a piece: what precedes "/", "?" or "#" would be read as the host,
  // and what follows as the database or a parameter.
  if (/:\/\/[^/?#]*(?:#|[/?].*[@#])/s.test(text))
    throw usageError(
      `${setting} has a "/", "?" or "#" in user or password, or an "@" after the host: percent-encode it (%2F, %3F, %23, %40), as in ${example}`,
    )
  refuseOtherServers(text, setting)
  // Without "//" the parser would read user and password as part of the path, which messages show.
  if (
    !/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) ||
    !URL.canParse(text) ||
    !isDecodable(new URL(text).pathname)
  ) {
    if (!URL.canParse(text) && isOnlyWrongInPort(text))
      throw usageError(`${setting} has a port that is not a number from 1 to 65535: write ${example}`)
    throw usageError(
      `${setting} is not a connection string: write ${example}` +
        ' (a password with special characters must be percent-encoded)',
    )
  }
  const url = new URL(text)
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

/** A connection string around its hosts. All parts are empty if an "@" follows the host: then the password is not encoded. */
export function splitServers(text: string): {
  login: string
  hosts: string
  path: string
  parameters: URLSearchParams
} {
  const [, login = '', hosts = '', path = '', query = ''] =
    /^(\s*[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?)([^/?#@]*)(\/[^?@]*)?(?:\?([^@]*))?$/i.exec(text) ?? []
  return { login, hosts, path, parameters: new URLSearchParams(query) }
}

/** Refuses several hosts, which libpq tries in turn and pg does not, and pg's own parameter for sockets. */
function refuseOtherServers(text: string, setting: string): void {
  // An "@" after the host means that the password is not encoded: another check reports that.
  const { hosts, parameters } = splitServers(text)
  if ([hosts, parameters.get('host'), parameters.get('port')].some((each) => each?.includes(',')))
    throw usageError(`${setting} names several servers: write the one that accepts writes`)
  if (parameters.has('socket'))
    throw usageError(`${setting} has the parameter "socket": write host=/folder/of/the/socket instead`)
}

/** Whether the connection string is one without its port. */
function isOnlyWrongInPort(text: string): boolean {
  const [, before, after] =
    /^(\s*[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^:/?#@]+)):[^/?#@]*(.*)$/is.exec(text) ?? []
  return before !== undefined && URL.canParse(`${before}${after}`)
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

/** The connection string with another login. */
export function withLogin(connection: ConnectionString, user: string, password: string): ConnectionString {
  const url = new URL(connection.url)
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  return parseConnectionString(url.href, connection.setting)
}

/** The connection string with another database of the server. */
export function withDatabase(connection: ConnectionString, database: string): ConnectionString {
  const url = new URL(connection.url)
  url.pathname = `/${encodeURIComponent(database)}`
  return parseConnectionString(url.href, connection.setting)
}
