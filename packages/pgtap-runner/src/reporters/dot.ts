import { describeAssertion, describeFailure } from './describe.ts'
import type { Reporter, Write } from './reporter.ts'

/** A character per assertion: `.` passed, `F` failed, `s` skipped, `t` todo, `E` an error; failures at the end. */
export function createDotReporter(write: Write): Reporter {
  const failures: string[] = []
  let column = 0
  const put = (character: string) => {
    write(character)
    if (++column % 80 === 0) write('\n')
  }
  const keep = (file: string, lines: readonly string[]) =>
    failures.push(`${file}\n${lines.map((line) => `    ${line}`).join('\n')}`)
  return {
    event(event) {
      switch (event.type) {
        case 'assertion': {
          const { passed, directive } = event.assertion
          put(!passed ? 'F' : directive === 'skip' ? 's' : directive === 'todo' ? 't' : '.')
          if (!passed) keep(event.file, describeAssertion(event.assertion))
          break
        }
        case 'failure':
          if (event.fatal) put('E')
          keep(event.file, describeFailure(event.failure))
          break
        case 'bail-out':
          keep(event.file, [`Bail out! ${event.reason}`])
          break
        case 'file-end':
          for (const problem of event.result.problems) keep(event.file, [problem])
          break
        case 'run-end': {
          const { passed, failed } = event.summary
          write(
            `${column % 80 ? '\n' : ''}${failures.map((text) => `\n${text}\n`).join('')}\n${passed} passed, ${failed} failed\n`,
          )
        }
      }
    },
  }
}
