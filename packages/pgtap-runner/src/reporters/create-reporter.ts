import { UsageError } from '../usage-error.ts'
import type { Reporter, ReporterSettings, Write } from './reporter.ts'
import { createSpecReporter } from './spec.ts'

export const reporterNames = ['spec', 'dot', 'tap', 'junit', 'github', 'json'] as const
export type ReporterName = (typeof reporterNames)[number]

/**
 * A reporter that writes events as text.
 *
 * @param name one of `reporterNames`
 * @throws UsageError for another name
 *
 * @example
 * import { createReporter, run } from 'pgtap-runner'
 *
 * let tap = ''
 * const reporter = await createReporter('tap', (text) => {
 *   tap += text
 * })
 * for await (const event of run({ files: ['tests'], installPgtap: true })) reporter.event(event)
 * tap.split('\n')[0] // → 'TAP version 14'
 */
export async function createReporter(
  name: string,
  write: Write,
  settings: ReporterSettings = { color: false, notices: false },
): Promise<Reporter> {
  switch (name) {
    case 'spec':
      return createSpecReporter(write, settings)
    case 'dot':
      return (await import('./dot.ts')).createDotReporter(write)
    case 'tap':
      return (await import('./tap.ts')).createTapReporter(write)
    case 'junit':
      return (await import('./junit.ts')).createJunitReporter(write)
    case 'github':
      return (await import('./github.ts')).createGithubReporter(write)
    case 'json':
      return (await import('./json.ts')).createJsonReporter(write)
    default:
      throw new UsageError(`unknown reporter ${name}: choose from ${reporterNames.join(', ')}`)
  }
}
