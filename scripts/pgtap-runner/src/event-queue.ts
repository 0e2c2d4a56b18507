/** Hands events from the workers to the one reader; workers pause while the reader is far behind. */
export type EventQueue<T> = {
  push(event: T): void
  /** Resolves once few enough events wait. */
  room(): Promise<void>
  end(error?: unknown): void
  read(): AsyncGenerator<T, void, void>
}

const enough = 1_000

export function createEventQueue<T>(): EventQueue<T> {
  let events: T[] = []
  let ended = false
  let failure: unknown
  let wakeReader: (() => void) | undefined
  const wakeWriters: (() => void)[] = []
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
      if (events.length < enough) return Promise.resolve()
      return new Promise((resolve) => wakeWriters.push(resolve))
    },
    end(error) {
      ended = true
      failure ??= error
      wake()
    },
    async *read() {
      for (;;) {
        const batch = events
        events = []
        for (const resume of wakeWriters.splice(0)) resume()
        for (const event of batch) yield event
        if (events.length > 0) continue
        if (ended) break
        await new Promise<void>((resolve) => {
          wakeReader = resolve
        })
      }
      if (failure !== undefined) throw failure
    },
  }
}
