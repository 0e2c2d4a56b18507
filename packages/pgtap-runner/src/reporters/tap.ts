import type { Assertion } from '../events.ts'
import { describeFailure, showLocation } from './describe.ts'
import type { Reporter, Write } from './reporter.ts'

const escaped = (text: string) => text.replace(/[\\#]/g, '\\$&').replaceAll('\n', ' ')

function testLine(
  assertion: Pick<Assertion, 'ok' | 'description' | 'directive' | 'reason'>,
  number: number,
): string {
  const { ok, description, directive, reason } = assertion
  const mark = directive ? ` # ${directive.toUpperCase()}${reason ? ` ${escaped(reason)}` : ''}` : ''
  return `${ok ? 'ok' : 'not ok'} ${number}${description ? ` - ${escaped(description)}` : ''}${mark}`
}

const comments = (lines: readonly string[]) =>
  lines.flatMap((line) => line.split('\n')).map((line) => `# ${line}`)

/** TAP version 14: each file is a subtest, written when it ends, so that parallel files do not mix. */
export function createTapReporter(write: Write): Reporter {
  const pages = new Map<string, { lines: string[]; tests: number }>()
  let files = 0
  return {
    event(event) {
      switch (event.type) {
        case 'run-start':
          write(`TAP version 14\n1..${event.files.length}\n`)
          break
        case 'file-start':
        case 'file-retry':
          pages.set(event.file, { lines: [], tests: 0 })
          break
        case 'assertion': {
          const page = pages.get(event.file)
          if (!page) break
          const { ok, location, diagnosis } = event.assertion
          page.lines.push(testLine(event.assertion, ++page.tests))
          if (!ok) page.lines.push(...comments([`at ${showLocation(location)}`, ...diagnosis]))
          break
        }
        case 'failure':
          pages.get(event.file)?.lines.push(...comments(describeFailure(event.failure)))
          break
        case 'bail-out':
          pages.get(event.file)?.lines.push(...comments([`Bail out! ${event.reason}`]))
          break
        case 'file-end': {
          const { file, verdict, skipReason, problems } = event.result
          const { lines, tests } = pages.get(file) ?? { lines: [], tests: 0 }
          pages.delete(file)
          const skip = verdict === 'skipped' ? { directive: 'skip' as const, reason: skipReason ?? '' } : {}
          const inner = [...lines, ...comments(problems), `1..${tests}${tests ? '' : ' # SKIP no test'}`]
          write(`# Subtest: ${file}\n${inner.map((line) => `    ${line}\n`).join('')}`)
          write(`${testLine({ ok: verdict !== 'failed', description: file, ...skip }, ++files)}\n`)
          break
        }
        case 'run-end': {
          const { passed, failed, filesNotRun } = event.summary
          if (filesNotRun > 0) write(`Bail out! ${filesNotRun} files were not run\n`)
          write(`# ${passed} passed, ${failed} failed\n`)
        }
      }
    },
  }
}
