import { type Assertion, type Failure, type RunOptions, run, type TestEvent, UsageError } from 'pgtap-runner'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { usageError } from 'postgres-kit/failure.ts'
import type { FileReport, Verdict } from './check.ts'

/** Runs pgTAP files, each in a transaction that is rolled back. Loads pgTAP for the run if it is missing. */
export async function* runPgtap(
  database: ConnectionString,
  folder: string,
  files: readonly string[],
  limitMs: number,
  options: Pick<RunOptions, 'bail' | 'jobs'> = {},
): AsyncGenerator<FileReport> {
  const failures = new Map<string, Verdict[]>()
  const note = (file: string, failure: Verdict) =>
    failures.set(file, [...(failures.get(file) ?? []), failure])
  const events = run({
    ...options,
    url: database.url.href,
    files,
    cwd: folder,
    installPgtap: true,
    timeoutMs: limitMs,
  })
  for await (const event of explained(events)) {
    if (event.type === 'assertion' && !event.assertion.passed)
      note(event.file, fromAssertion(event.assertion))
    else if (event.type === 'failure') note(event.file, fromFailure(event.failure))
    else if (event.type === 'file-end') {
      const { file, passed, problems, durationMs } = event.result
      for (const problem of problems) note(file, { name: 'the file is whole', diagnosis: problem })
      yield { file, passed, failures: failures.get(file) ?? [], milliseconds: durationMs }
    }
  }
}

/** Turns the runner's usage errors into failures for the user. */
async function* explained(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  try {
    yield* events
  } catch (error) {
    throw error instanceof UsageError ? usageError(error.message, error) : error
  }
}

function fromAssertion({ description, diagnosis, location }: Assertion): Verdict {
  return {
    name: description,
    diagnosis: [...diagnosis, `at ${location.file}:${location.line}`].join('\n'),
  }
}

function fromFailure({ message, code, detail, hint, location }: Failure): Verdict {
  return {
    name: `${location.file}:${location.line} runs`,
    diagnosis: [`${message} (${code ?? 'no SQLSTATE'})`, detail, hint]
      .filter((line) => line !== undefined)
      .join('\n'),
  }
}
