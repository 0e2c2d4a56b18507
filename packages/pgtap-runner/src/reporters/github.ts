import type { Location } from '../events.ts'
import { describeAssertion, describeFailure } from './describe.ts'
import type { Reporter, Write } from './reporter.ts'

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** GitHub Actions' workflow commands: each failure becomes an annotation at its file and line. */
export function createGithubReporter(write: Write): Reporter {
  const annotate = (
    level: 'error' | 'warning',
    { file, line, column }: Location,
    lines: readonly string[],
  ) => {
    const place = `file=${property(file)},line=${line}${column === undefined ? '' : `,col=${column}`}`
    write(`::${level} ${place},title=${property(lines[0] ?? '')}::${data(lines.join('\n'))}\n`)
  }
  return {
    event(event) {
      if (event.type === 'assertion' && !event.assertion.passed) {
        annotate('error', event.assertion.location, describeAssertion(event.assertion))
      } else if (event.type === 'failure') {
        annotate(event.fatal ? 'error' : 'warning', event.failure.location, describeFailure(event.failure))
      } else if (event.type === 'bail-out') {
        annotate('error', { file: event.file, line: 1 }, [`Bail out! ${event.reason}`])
      } else if (event.type === 'file-end') {
        for (const problem of event.result.problems)
          annotate('error', { file: event.file, line: 1 }, [problem])
      } else if (event.type === 'run-end') {
        write(`${event.summary.passed} passed, ${event.summary.failed} failed\n`)
      }
    },
  }
}
