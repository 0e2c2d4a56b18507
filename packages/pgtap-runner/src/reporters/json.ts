import type { Reporter, Write } from './reporter.ts'

/** One event per line, as the API gives them. */
export function createJsonReporter(write: Write): Reporter {
  return { event: (event) => write(`${JSON.stringify(event)}\n`) }
}
