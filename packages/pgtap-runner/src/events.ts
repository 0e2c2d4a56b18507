/** Where something happened, as a person would look it up. Lines and columns count from 1. */
export type Location = { readonly file: string; readonly line: number; readonly column?: number }

/** An error of a statement or of a psql command, with everything the server said about it. */
export type Failure = {
  readonly message: string
  readonly location: Location
  /** SQLSTATE, where the server raised the error. */
  readonly code?: string
  readonly severity?: string
  readonly detail?: string
  readonly hint?: string
  /** The server's CONTEXT: the call stack inside functions. */
  readonly where?: string
  /** The source line the error points at, and a line with a caret below it. */
  readonly excerpt?: readonly [string, string]
}

/** One `ok` or `not ok` line. */
export type Assertion = {
  readonly number: number
  readonly ok: boolean
  /** What the verdict counts: true for a failing TODO, false for a test beyond the plan. */
  readonly passed: boolean
  readonly description: string
  readonly directive?: 'todo' | 'skip'
  readonly reason?: string
  readonly location: Location
  readonly durationMs: number
  /** pgTAP's own diagnosis, line by line, without the `# `. */
  readonly diagnosis: readonly string[]
  readonly have?: string
  readonly want?: string
  /** Failing assertions of the subtest that this line closes (`runtests()`). */
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
  /** Why the file failed beside its failing assertions: no plan, bad plan, transaction left open… */
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
  /** Failing assertions, plus one for each file that failed without any. */
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
  /** The server restarted below a file that was not at fault: what the file reported is void, it runs again. */
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
