import { isCanceled, isUnavailable, sqlState } from '../../../db/client/errors.ts'
import { setting } from './settings.ts'

/** An error response. Code and message are for the caller: no SQL, no host, no stack. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly headers: Record<string, string>

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.headers = options.headers ?? {}
  }
}

export interface ServeOptions {
  /** Allowed methods; OPTIONS is always allowed, for browsers. */
  methods: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[]
}

/**
 * Serves the function. Every response is JSON, has a request id, and may be read by pages of CORS_ORIGINS. What the
 * handler throws becomes `{ error: { code, message } }`.
 */
export function serve(options: ServeOptions, handler: (request: Request) => Promise<Response>): void {
  Deno.serve((request) => answer(request, options, handler))
}

/** 200 with a JSON body. */
export function json(body: unknown): Response {
  return Response.json(body)
}

/** Default limit of `readJson`, in bytes. */
export const BODY_LIMIT = 65_536

/**
 * The body of a request as JSON.
 *
 * @throws HttpError 415 if it is not sent as JSON, 413 beyond `limit` bytes, 400 if it cannot be parsed
 */
export async function readJson(request: Request, limit = BODY_LIMIT): Promise<unknown> {
  if (!/^application\/json *(?:;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new HttpError(415, 'unsupported_media_type', 'Send "Content-Type: application/json"')
  }
  const bytes = await readBytes(request, limit)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError(400, 'malformed_json', 'The body is not JSON')
  }
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () => new HttpError(413, 'body_too_large', `The body is larger than ${limit} bytes`)
  // The header avoids reading a large body. The received bytes are counted as well.
  if (Number(request.headers.get('content-length')) > limit) throw tooLarge()
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request.body ?? []) {
    length += part.byteLength
    if (length > limit) throw tooLarge()
    parts.push(part)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes
}

async function answer(
  request: Request,
  { methods }: ServeOptions,
  handler: (request: Request) => Promise<Response>,
): Promise<Response> {
  const id = requestId(request)
  const allowed = [...methods, 'OPTIONS'].join(', ')
  let response: Response
  try {
    if (request.method === 'OPTIONS')
      response = new Response(null, { status: 204, headers: { Allow: allowed } })
    else if (!methods.some((method) => method === request.method)) {
      throw new HttpError(405, 'method_not_allowed', `Use ${methods.join(' or ')}`, {
        headers: { Allow: allowed },
      })
    } else response = await handler(request)
  } catch (error) {
    response = toResponse(error, id)
  }
  response.headers.set('X-Request-Id', id)
  response.headers.set('X-Content-Type-Options', 'nosniff')
  response.headers.set('Cache-Control', 'no-store')
  allowOrigin(request, response, allowed)
  return response
}

function toResponse(error: unknown, id: string): Response {
  const { status, code, message, headers } = explain(error)
  // The log has the details; the caller gets the request id.
  if (status >= 500) console.error(JSON.stringify({ request: id, status, code, cause: describe(error) }))
  return Response.json({ error: { code, message } }, { status, headers })
}

function explain(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (isUnavailable(error)) {
    return new HttpError(503, 'database_unavailable', 'The database is unavailable; try again in a moment', {
      headers: { 'Retry-After': '5' },
    })
  }
  if (isCanceled(error)) return new HttpError(504, 'timeout', 'The database took too long')
  return new HttpError(500, 'internal', 'Something went wrong: look up the request id in the log')
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const state = sqlState(error)
  const cause = error.cause === undefined ? '' : ` (${describe(error.cause)})`
  return `${error.name}${state ? ` ${state}` : ''}: ${error.message}${cause}`
}

/** The id sent with the request if it is a plain word, so that all logs share one id. */
function requestId(request: Request): string {
  const given = request.headers.get('x-request-id') ?? ''
  return /^[\w-]{1,64}$/.test(given) ? given : crypto.randomUUID()
}

function allowOrigin(request: Request, response: Response, methods: string): void {
  response.headers.append('Vary', 'Origin')
  const origin = request.headers.get('origin')
  const origins = (setting('CORS_ORIGINS') ?? '').split(',').map((each) => each.trim())
  if (origin === null || !origins.includes(origin)) return
  response.headers.set('Access-Control-Allow-Origin', origin)
  response.headers.set('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After')
  if (request.method !== 'OPTIONS') return
  response.headers.set('Access-Control-Allow-Methods', methods)
  response.headers.set(
    'Access-Control-Allow-Headers',
    'authorization, content-type, x-client-info, apikey, x-request-id',
  )
  response.headers.set('Access-Control-Max-Age', '3600')
}
