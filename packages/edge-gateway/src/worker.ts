import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { failed } from 'postgres-kit/failure.ts'
import { freePort } from 'postgres-kit/free-port.ts'

/** Edge functions, and the Deno that runs them. All paths are absolute. */
export interface FunctionsFolder {
  /** Contains a folder with an index.ts for each function. */
  folder: string
  /** The Deno executable. */
  deno: string
  /** Deno's cache folder. */
  denoCache: string
}

/** A Deno process that serves one function. */
export interface Worker {
  port: number
  /** Process id. */
  pid: number | undefined
  /** Number of open requests; a retired worker exits after the last one. */
  busy: number
  alive(): boolean
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 20_000

/**
 * Starts a function in a separate Deno process, as the platform does. It may use the network and its environment, and
 * nothing else of this machine.
 *
 * @param environment the whole environment of the function
 * @param log called with each line that the function prints
 * @throws Failure (1) if it does not start, with Deno's output
 */
export async function startWorker(
  { folder, deno, denoCache }: FunctionsFolder,
  name: string,
  environment: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<Worker> {
  const port = await freePort()
  const child = spawn(
    deno,
    ['run', '--no-prompt', '--node-modules-dir=manual', '--allow-net', '--allow-env', 'index.ts'],
    {
      cwd: `${folder}/${name}`,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DENO_DIR: denoCache,
        DENO_NO_UPDATE_CHECK: '1',
        NO_COLOR: '1',
        ...environment,
        DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const last: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    eachLine(stream, (line) => {
      last.push(line)
      if (last.length > 20) last.shift()
      if (!line.startsWith('Listening on ')) log(line)
    })
  }
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.once('error', (error) => last.push(error.message))
  if (!(await answers(port, child))) {
    child.kill('SIGKILL')
    throw failed(`the function ${name} did not start:\n${last.join('\n')}`)
  }
  return {
    port,
    pid: child.pid,
    busy: 0,
    alive: () => isRunning(child),
    async stop() {
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await exited
      clearTimeout(kill)
    },
  }
}

/** Whether there is a function of that name. */
export function isFunction({ folder }: FunctionsFolder, name: string): boolean {
  return /^[a-z][\w-]*$/i.test(name) && existsSync(`${folder}/${name}/index.ts`)
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (isRunning(child) && Date.now() < deadline) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return true
    await sleep(10)
  }
  return false
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

function eachLine(stream: NodeJS.ReadableStream, use: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') use(line)
  })
}
