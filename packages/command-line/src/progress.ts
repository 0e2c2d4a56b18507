import { clearStatus, colour, say, showStatus } from './terminal.ts'

const WIDTH = 30

export interface ProgressOptions {
  /** Without a terminal, print a line for each tenth. */
  lines?: boolean
}

/**
 * Shows the progress of a command and the estimated time left, as a bar that redraws itself; on a terminal only.
 *
 * @param unit what is counted, such as `documents`
 * @returns a function to call after each step; `note` is shown after the count
 */
export function progressBar(
  unit: string,
  { lines = false }: ProgressOptions = {},
): (done: number, of: number, note?: string) => void {
  let tenths = 0
  let start: { at: number; done: number } | undefined
  return (done, of, note = '') => {
    start ??= { at: performance.now(), done }
    const share = of === 0 ? 1 : done / of
    const left = secondsLeft(performance.now() - start.at, done - start.done, of - done)
    const details = [note, left === undefined ? '' : `about ${left} s left`].filter((detail) => detail !== '')
    const text = [`${done} of ${of} ${unit}`, ...details].join(', ')
    if (process.stdout.isTTY) {
      const filled = Math.round(share * WIDTH)
      showStatus(`${'█'.repeat(filled)}${colour('dim', '░'.repeat(WIDTH - filled))} ${text}`)
      if (done === of) clearStatus()
    } else if (lines && Math.floor(10 * share) > tenths) {
      tenths = Math.floor(10 * share)
      say(text)
    }
  }
}

/** Estimated from the pace so far; undefined at the start and at the end. */
export function secondsLeft(milliseconds: number, done: number, left: number): number | undefined {
  return done > 0 && left > 0 ? Math.ceil(((milliseconds / done) * left) / 1000) : undefined
}
