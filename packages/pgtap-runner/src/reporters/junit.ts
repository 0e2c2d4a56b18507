import type { Assertion, Failure } from '../events.ts'
import { describeAssertion, describeFailure } from './describe.ts'
import type { Reporter, Write } from './reporter.ts'

/** Text and attribute values of XML 1.0, without the control characters it cannot hold. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  return clean.replace(/[<>&"'\n\t]/g, (character) => `&#${character.charCodeAt(0)};`)
}
const seconds = (ms: number) => (ms / 1_000).toFixed(3)

type Page = { cases: string[]; failures: number; errors: number; skipped: number }

/** JUnit XML as Jenkins and GitLab read it: a test suite per file, a test case per assertion. */
export function createJunitReporter(write: Write, now: () => Date = () => new Date()): Reporter {
  const pages = new Map<string, Page>()
  const testCase = (file: string, name: string, ms: number, line: number | undefined, inner: string) => {
    const attributes = `name="${xml(name)}" classname="${xml(file)}" time="${seconds(ms)}"`
    const place = line === undefined ? '' : ` file="${xml(file)}" line="${line}"`
    return `    <testcase ${attributes}${place}${inner ? `>${inner}</testcase>` : '/>'}\n`
  }
  const addAssertion = (page: Page, file: string, assertion: Assertion) => {
    const { number, description, location, durationMs, passed, directive, reason } = assertion
    let inner = ''
    if (!passed) {
      page.failures++
      const [first = '', ...rest] = describeAssertion(assertion)
      inner = `<failure message="${xml(first)}" type="assertion">${xml(rest.join('\n'))}</failure>`
    } else if (directive) {
      page.skipped++
      inner = `<skipped message="${xml(`${directive.toUpperCase()} ${reason ?? ''}`.trim())}"/>`
    }
    page.cases.push(testCase(file, description || `test ${number}`, durationMs, location.line, inner))
  }
  const addError = (page: Page, file: string, name: string, message: string, body: string, line?: number) => {
    page.errors++
    page.cases.push(
      testCase(file, name, 0, line, `<error message="${xml(message)}" type="error">${xml(body)}</error>`),
    )
  }
  const addFailure = (page: Page, file: string, failure: Failure) =>
    addError(
      page,
      file,
      'statement',
      failure.message,
      describeFailure(failure).join('\n'),
      failure.location.line,
    )

  return {
    event(event) {
      if (event.type === 'run-start') {
        write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="pgtap-runner">\n')
        return
      }
      if (event.type === 'run-end') {
        write('</testsuites>\n')
        return
      }
      if (event.type === 'file-start' || event.type === 'file-retry') {
        pages.set(event.file, { cases: [], failures: 0, errors: 0, skipped: 0 })
        return
      }
      const page = pages.get(event.file)
      if (!page) return
      if (event.type === 'assertion') addAssertion(page, event.file, event.assertion)
      else if (event.type === 'failure' && event.fatal) addFailure(page, event.file, event.failure)
      else if (event.type === 'bail-out') addError(page, event.file, 'bail out', event.reason, event.reason)
      else if (event.type === 'file-end') {
        const { file, problems, verdict, skipReason, durationMs } = event.result
        for (const problem of problems) addError(page, file, 'plan', problem, problem)
        if (verdict === 'skipped') {
          page.skipped++
          page.cases.push(testCase(file, file, 0, undefined, `<skipped message="${xml(skipReason ?? '')}"/>`))
        }
        const started = new Date(now().getTime() - durationMs).toISOString().slice(0, 19)
        const { cases, failures, errors, skipped } = page
        write(
          `  <testsuite name="${xml(file)}" tests="${cases.length}" failures="${failures}" errors="${errors}"` +
            ` skipped="${skipped}" time="${seconds(durationMs)}" timestamp="${started}">\n${cases.join('')}  </testsuite>\n`,
        )
        pages.delete(file)
      }
    },
  }
}
