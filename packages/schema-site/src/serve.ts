import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

export interface Served {
  port: number
  /** Reloads every open page. */
  reload(): void
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Served by this server and not part of the site: the script that waits for changes. */
const SCRIPT = '/-/reload.js'
const CHANGES = '/-/changes'

/** Serves a site on loopback only. `reload` reloads its pages. */
export async function serveSite(folder: string, port: number): Promise<Served> {
  const waiting = new Set<ServerResponse>()
  const server = createServer(async ({ url = '/' }, response) => {
    const path = decodedPath(url)
    if (path === undefined) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('not an address\n')
    } else if (path === SCRIPT) {
      response.setHeader('content-type', TYPES['.js'] ?? '')
      response.end(`new EventSource('${CHANGES}').onmessage = () => location.reload()\n`)
    } else if (path === CHANGES) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': waiting\n\n')
      waiting.add(response)
      response.on('close', () => waiting.delete(response))
    } else await answerFile(folder, path.endsWith('/') ? `${path}index.html` : path, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    reload: () => {
      for (const response of waiting) response.write('data: changed\n\n')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The decoded path of a request; undefined if it is malformed, such as `/%`. */
function decodedPath(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname)
  } catch {
    return undefined
  }
}

async function answerFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = normalize(join(folder, path))
  const inside = file.startsWith(folder.endsWith(sep) ? folder : folder + sep)
  const content = inside ? await readFile(file).catch(() => undefined) : undefined
  if (content === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no such page\n')
    return
  }
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
  const isPage = extname(file) === '.html'
  response.end(
    isPage ? content.toString().replace('</head>', `<script src="${SCRIPT}"></script></head>`) : content,
  )
}
