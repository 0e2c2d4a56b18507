import { createWriteStream, type WriteStream } from 'node:fs'
import { type CommandLine, help, type ReporterChoice, readArguments } from './arguments.ts'
import { createReporter } from './reporters/create-reporter.ts'
import type { Reporter } from './reporters/reporter.ts'
import { run } from './run.ts'
import { UsageError } from './usage-error.ts'

/** Runs the command line. @returns the exit code: 0 passed, 1 failed, 2 wrong usage or environment, 130 interrupted */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = readArguments(argv)
    if (command.action === 'help') return print(help)
    if (command.action === 'version') return print(`${await readVersion()}\n`)
    return await execute(command)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`pgtap-runner: ${error.message.replaceAll('\n', ' ')}\n`)
    if (process.env.DEBUG) process.stderr.write(`${error.stack}\n`)
    return 2
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

async function readVersion(): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const parsed: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  return typeof parsed === 'object' && parsed !== null ? String(Reflect.get(parsed, 'version')) : ''
}

async function execute(command: CommandLine): Promise<number> {
  const stop = new AbortController()
  const interrupt = () => {
    // A second Ctrl-C exits without waiting for the server.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Error('interrupted'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // The reader closed the pipe, as `head` does. The listener stays: pending writes may still fail.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop.abort(new Error('nobody reads the output'))
  })
  try {
    return command.watch ? await runAgainAndAgain(command, stop.signal) : await runOnce(command, stop.signal)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

async function runOnce(command: CommandLine, signal: AbortSignal): Promise<number> {
  const outputs = await Promise.all(command.reporters.map((choice) => openOutput(choice, command.notices)))
  let code = 1
  try {
    for await (const event of run({ ...command.options, signal })) {
      for (const { reporter } of outputs) reporter.event(event)
      if (event.type === 'run-end') code = event.summary.interrupted ? 130 : event.summary.ok ? 0 : 1
    }
  } finally {
    await Promise.all(outputs.map(({ close }) => close()))
  }
  return signal.aborted ? 130 : code
}

/** Runs again after each change until Ctrl-C. A usage error in a file (exit 2) is printed and does not end it. */
async function runAgainAndAgain(command: CommandLine, signal: AbortSignal): Promise<number> {
  const { findFiles } = await import('./find-files.ts')
  const { watchFiles } = await import('./watch.ts')
  const { roots } = await findFiles(command.options.files, process.cwd())
  const watching = watchFiles(roots, signal)
  while (!signal.aborted) {
    await runOnce(command, signal).catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error
      process.stderr.write(`pgtap-runner: ${error.message}\n`)
    })
    if (signal.aborted) break
    process.stdout.write('\nwaiting for changes; Ctrl-C ends\n')
    const name = await watching.changed()
    if (name) process.stdout.write(`${name} changed\n\n`)
  }
  return 130
}

type Output = { readonly reporter: Reporter; close(): Promise<void> }

async function openOutput({ name, file }: ReporterChoice, notices: boolean): Promise<Output> {
  if (file === undefined) {
    const terminal = process.stdout.isTTY === true
    const color = terminal && !process.env.NO_COLOR
    const print = (text: string) => process.stdout.write(text)
    const { write, flush } = terminal ? { write: print, flush() {} } : gather(print)
    return { reporter: await createReporter(name, write, { color, notices }), close: async () => flush() }
  }
  const stream = await openFile(file)
  const { write, flush } = gather((text) => stream.write(text))
  return {
    reporter: await createReporter(name, write, { color: false, notices }),
    close: () => {
      flush()
      return new Promise((resolve) => stream.end(resolve))
    },
  }
}

/** How long output is collected before it is written, so that the reader is not woken for every line. */
const gatherMs = 20

function gather(print: (text: string) => void): { write(text: string): void; flush(): void } {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting) print(waiting)
    waiting = ''
  }
  return {
    write(text) {
      waiting += text
      timer ??= setTimeout(flush, gatherMs)
    },
    flush,
  }
}

function openFile(file: string): Promise<WriteStream> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(file)
    stream.once('open', () => resolve(stream))
    stream.once('error', (error) => reject(new UsageError(`cannot write ${file}: ${error.message}`)))
  })
}
