export type {
  Assertion,
  Failure,
  FileResult,
  FileVerdict,
  Location,
  RunSummary,
  TestEvent,
} from './events.ts'
export { type LoadOptions, loadPgtap } from './pgtap/load.ts'
export { pgtapSchema } from './pgtap/schema.ts'
export { createReporter, type ReporterName, reporterNames } from './reporters/create-reporter.ts'
export type { Reporter } from './reporters/reporter.ts'
export { run } from './run.ts'
export type { RunOptions } from './run-options.ts'
export { UsageError } from './usage-error.ts'
