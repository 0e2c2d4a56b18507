import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FileResult, RunSummary, TestEvent } from '../../src/events.ts'
import { run } from '../../src/run.ts'
import type { RunOptions } from '../../src/run-options.ts'

/** Writes files into a new folder, passes it to the function, and removes it. */
export async function withFiles<T>(
  files: Record<string, string | Uint8Array>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pgtap-runner-files-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export type Report = {
  readonly events: readonly TestEvent[]
  readonly results: Readonly<Record<string, FileResult>>
  readonly summary: RunSummary
  /** All failures of statements and commands, in order. */
  readonly failures: readonly Extract<TestEvent, { type: 'failure' }>[]
  readonly assertions: readonly Extract<TestEvent, { type: 'assertion' }>['assertion'][]
}

/** Runs files and collects the events, with names relative to `cwd`. */
export async function runFiles(options: RunOptions): Promise<Report> {
  const events: TestEvent[] = []
  const results: Record<string, FileResult> = {}
  let summary: RunSummary | undefined
  for await (const event of run(options)) {
    events.push(event)
    if (event.type === 'file-end') results[event.file] = event.result
    if (event.type === 'run-end') summary = event.summary
  }
  if (!summary) throw new Error('the run has no run-end event')
  return {
    events,
    results,
    summary,
    failures: events.filter((event) => event.type === 'failure'),
    assertions: events.flatMap((event) => (event.type === 'assertion' ? [event.assertion] : [])),
  }
}

/** A typical file: `body` between begin and rollback, with a plan. */
export function testFile(tests: number, body: string): string {
  return `begin;\nselect plan(${tests});\n${body}\nselect * from finish();\nrollback;\n`
}
