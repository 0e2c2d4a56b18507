import { clearStatus, colour, say, showStatus } from './terminal.ts'

const WIDTH = 30

export interface ProgressOptions {
  /** Where there is no terminal: a line for each tenth that is done. */
  lines?: boolean
}

/**
 * Shows how far a command is: a bar that draws over itself, on a terminal only.
 *
 * @param unit what is counted, such as `documents`
 * @returns to be called with each step; `note` is shown after the count
 */
export function progressBar(
  unit: string,
  { lines = false }: ProgressOptions = {},
): (done: number, of: number, note?: string) => void {
  let tenths = 0
  return (done, of, note = '') => {
    const share = of === 0 ? 1 : done / of
    const text = `${done} of ${of} ${unit}${note === '' ? '' : `, ${note}`}`
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
