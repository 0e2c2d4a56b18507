/** Hands events from the workers to the one reader; workers pause while the reader is far behind. */
export type EventQueue<T> = {
  push(event: T): void
  /** Resolves when the queue has room. */
  room(): Promise<void>
  /** No more events will come; `error`, if any, is thrown to the reader after the last one. */
  end(error?: unknown): void
  /** The next event, or undefined at the end. */
  next(): Promise<T | undefined>
}

const enough = 1_000

export function createEventQueue<T>(): EventQueue<T> {
  let events: T[] = []
  let taken = 0
  let ended = false
  let failure: unknown
  let wakeReader: (() => void) | undefined
  let wakeWriters: (() => void)[] = []
  const wake = () => {
    wakeReader?.()
    wakeReader = undefined
  }
  return {
    push(event) {
      events.push(event)
      wake()
    },
    room() {
      if (events.length - taken < enough) return Promise.resolve()
      return new Promise((resolve) => wakeWriters.push(resolve))
    },
    end(error) {
      ended = true
      failure ??= error
      wake()
    },
    async next() {
      for (;;) {
        if (taken < events.length) return events[taken++]
        events = []
        taken = 0
        const writers = wakeWriters
        wakeWriters = []
        for (const resume of writers) resume()
        if (ended) break
        await new Promise<void>((resolve) => {
          wakeReader = resolve
        })
      }
      if (failure !== undefined) throw failure
      return undefined
    },
  }
}
