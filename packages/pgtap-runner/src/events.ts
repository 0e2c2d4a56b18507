/** A place in a file. Lines and columns count from 1. */
export type Location = { readonly file: string; readonly line: number; readonly column?: number }

/** An error of a statement or of a psql command, with every field that the server sent. */
export type Failure = {
  readonly message: string
  readonly location: Location
  /** SQLSTATE, if the server raised the error. */
  readonly code?: string
  readonly severity?: string
  readonly detail?: string
  readonly hint?: string
  /** The server's CONTEXT: the call stack inside functions. */
  readonly where?: string
  /** The source line of the error, and a line with a caret below the position. */
  readonly excerpt?: readonly [string, string]
}

/** One `ok` or `not ok` line. */
export type Assertion = {
  readonly number: number
  readonly ok: boolean
  /** The result that counts: true for a failing TODO, false for a test beyond the plan. */
  readonly passed: boolean
  readonly description: string
  readonly directive?: 'todo' | 'skip'
  readonly reason?: string
  readonly location: Location
  readonly durationMs: number
  /** The lines of pgTAP's diagnosis, without the `# `. */
  readonly diagnosis: readonly string[]
  readonly have?: string
  readonly want?: string
  /** Failing assertions of the subtest that this line ends (`runtests()`). */
  readonly nested: readonly Assertion[]
}

export type FileVerdict = 'passed' | 'failed' | 'skipped'

export type FileResult = {
  readonly file: string
  readonly verdict: FileVerdict
  /** Assertions seen, as pg_prove's `Tests=` counts them. */
  readonly tests: number
  readonly planned: number | undefined
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly todo: number
  /** Other reasons why the file failed: no plan, wrong plan, transaction left open… */
  readonly problems: readonly string[]
  readonly skipReason?: string
  readonly durationMs: number
}

export type RunSummary = {
  readonly files: number
  readonly filesFailed: number
  readonly filesSkipped: number
  readonly filesNotRun: number
  readonly passed: number
  /** Failing assertions, plus one for each file that failed without a failing assertion. */
  readonly failed: number
  readonly skipped: number
  readonly todo: number
  readonly durationMs: number
  /** True when every file passed and at least one test ran. */
  readonly ok: boolean
  readonly interrupted: boolean
}

export type TestEvent =
  | {
      readonly type: 'run-start'
      readonly files: readonly string[]
      readonly jobs: number
      readonly seed?: number
    }
  | { readonly type: 'file-start'; readonly file: string }
  /** The server restarted because of another file: the file's results so far are void, and it runs again. */
  | { readonly type: 'file-retry'; readonly file: string; readonly reason: string }
  | { readonly type: 'assertion'; readonly file: string; readonly assertion: Assertion }
  | { readonly type: 'failure'; readonly file: string; readonly failure: Failure; readonly fatal: boolean }
  | {
      readonly type: 'notice'
      readonly file: string
      readonly severity: string
      readonly message: string
      readonly location: Location
    }
  | { readonly type: 'bail-out'; readonly file: string; readonly reason: string }
  | { readonly type: 'file-end'; readonly file: string; readonly result: FileResult }
  | { readonly type: 'run-end'; readonly summary: RunSummary }
