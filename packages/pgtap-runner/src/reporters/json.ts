import type { Reporter, Write } from './reporter.ts'

/** One line of JSON per event, with the fields of the API. */
export function createJsonReporter(write: Write): Reporter {
  return { event: (event) => write(`${JSON.stringify(event)}\n`) }
}
