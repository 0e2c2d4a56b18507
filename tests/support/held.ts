import { after, before } from 'node:test'

/**
 * Holds what a callback is given open for the tests of a file (or of the `describe` it is called in).
 *
 * @param open calls `use` with it, and closes it when that ends
 * @returns how to get at it, from the first test on
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
    if (!held) throw new Error('it is there from the first test on, not before')
    return held.value
  }
}
