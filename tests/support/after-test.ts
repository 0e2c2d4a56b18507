import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

const works = new WeakMap<TestContext, (() => unknown)[]>()

/**
 * Runs this after the test, also if it fails. The work added last runs first, so that what uses a folder or a database ends
 * before it is removed; all of it runs, even if some fails. (Hooks of node:test run in the order in which they were added,
 * and those after a failed one do not run: a process that is not stopped keeps the test from ending.)
 */
export function afterTest(t: TestContext, work: () => unknown): void {
  const known = works.get(t)
  if (known) {
    known.push(work)
    return
  }
  const added = [work]
  works.set(t, added)
  t.after(async () => {
    const errors: unknown[] = []
    for (const each of added.toReversed()) {
      try {
        await each()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join('\n'))
    if (errors.length > 0) throw errors[0]
  })
}

/** Ends a process after the test and waits until it has ended: until then it may still write into a folder. */
export function endAfterTest(t: TestContext, child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  afterTest(t, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  })
}
