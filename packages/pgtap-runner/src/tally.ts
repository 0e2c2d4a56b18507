import type { FileResult, RunSummary } from './events.ts'

/** Sums file results. Keeps only numbers, so that memory does not grow with the run. */
export function createTally(files: number) {
  const started = performance.now()
  let done = 0
  let filesFailed = 0
  let filesSkipped = 0
  let passed = 0
  let failed = 0
  let skipped = 0
  let todo = 0
  return {
    get filesFailed() {
      return filesFailed
    },
    add(result: FileResult): void {
      done++
      if (result.verdict === 'failed') filesFailed++
      if (result.verdict === 'skipped') filesSkipped++
      passed += result.passed
      failed += result.failed || (result.verdict === 'failed' ? 1 : 0)
      skipped += result.skipped
      todo += result.todo
    },
    summary(interrupted: boolean): RunSummary {
      return {
        files,
        filesFailed,
        filesSkipped,
        filesNotRun: files - done,
        passed,
        failed,
        skipped,
        todo,
        durationMs: performance.now() - started,
        ok: filesFailed === 0 && passed > 0 && !interrupted,
        interrupted,
      }
    },
  }
}
