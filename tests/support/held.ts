import { after, before } from 'node:test'

/**
 * Keeps a resource open for the tests of a file (or of the current `describe`).
 *
 * @param open opens the resource, calls `use` with it, and closes it when `use` ends
 * @returns a function that gives the resource, from the first test on
 */
export function useHeld<T>(open: (use: (value: T) => Promise<void>) => Promise<unknown>): () => T {
  let held: { value: T } | undefined
  let release = () => {}
  let closed: Promise<unknown> = Promise.resolve()
  before(async () => {
    await new Promise<void>((opened, failed) => {
      closed = open(async (value) => {
        held = { value }
        opened()
        await new Promise<void>((resolve) => {
          release = resolve
        })
      })
      closed.catch(failed)
    })
  })
  after(async () => {
    release()
    await closed
  })
  return () => {
    if (!held) throw new Error('the resource is open only while the tests run')
    return held.value
  }
}
