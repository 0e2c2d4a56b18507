import type { TestEvent } from '../events.ts'
import { describeAssertion, describeFailure, showDuration, showLocation } from './describe.ts'
import type { Reporter, ReporterSettings, Write } from './reporter.ts'

/** One line per file, each failure below it; the last line is `N passed, N failed`. */
export function createSpecReporter(write: Write, { color, notices }: ReporterSettings): Reporter {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const pages = new Map<string, string[]>()
  const note = (file: string, lines: readonly string[], code: number) => {
    const page = pages.get(file)
    for (const [i, line] of lines.entries())
      page?.push(i === 0 ? `    ${paint(code, line)}` : `      ${line}`)
  }
  const end = (event: Extract<TestEvent, { type: 'file-end' }>) => {
    const { file, verdict, tests, failed, skipped, todo, skipReason, problems, durationMs } = event.result
    const counts = [
      `${tests} test${tests === 1 ? '' : 's'}`,
      ...(failed ? [`${failed} failed`] : []),
      ...(skipped ? [`${skipped} skipped`] : []),
      ...(todo ? [`${todo} todo`] : []),
    ].join(', ')
    const sign = { passed: paint(32, '✓'), failed: paint(31, '✗'), skipped: paint(33, '-') }[verdict]
    const what = verdict === 'skipped' ? `skipped: ${skipReason}` : counts
    write(`${sign} ${file} (${what}, ${showDuration(durationMs)})\n`)
    for (const problem of problems) note(file, [problem], 31)
    for (const line of pages.get(file) ?? []) write(`${line}\n`)
    pages.delete(file)
  }
  return {
    event(event) {
      switch (event.type) {
        case 'run-start':
          if (event.seed !== undefined) write(`shuffled with seed ${event.seed}\n`)
          break
        case 'file-start':
        case 'file-retry':
          pages.set(event.file, [])
          break
        case 'assertion':
          if (!event.assertion.passed) note(event.file, describeAssertion(event.assertion), 31)
          break
        case 'failure':
          note(event.file, describeFailure(event.failure), event.fatal ? 31 : 33)
          break
        case 'notice':
          if (notices)
            note(
              event.file,
              [`${event.severity}: ${event.message}`, `at ${showLocation(event.location)}`],
              36,
            )
          break
        case 'bail-out':
          note(event.file, [`Bail out! ${event.reason}`], 31)
          break
        case 'file-end':
          end(event)
          break
        case 'run-end': {
          const { files, filesFailed, filesNotRun, passed, failed, durationMs, interrupted } = event.summary
          const ran = files - filesNotRun
          write(
            `\n${ran} file${ran === 1 ? '' : 's'}${filesFailed ? `, ${filesFailed} failed` : ''}` +
              `${filesNotRun ? `, ${filesNotRun} not run` : ''}${interrupted ? ', interrupted' : ''} in ${showDuration(durationMs)}\n`,
          )
          if (passed === 0 && failed === 0 && !interrupted) write('no test ran\n')
          write(`${passed} passed, ${failed} failed\n`)
        }
      }
    },
  }
}
