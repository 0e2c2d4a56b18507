import { styleText } from 'node:util'

let statusShown = false

/** One line of what a command did. It takes the place of a status. */
export function say(line: string): void {
  clearStatus()
  process.stdout.write(`${line}\n`)
}

/** One line beside standard output, where that is read by another program. */
export function sayAside(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** What a command is doing, until the next line or status. On a terminal only. */
export function showStatus(text: string): void {
  if (!process.stdout.isTTY) return
  process.stdout.write(`\r\u001b[K${text}`)
  statusShown = true
}

/** Removes the status that stands on the terminal. */
export function clearStatus(): void {
  if (statusShown) process.stdout.write('\r\u001b[K')
  statusShown = false
}

/** Colours text on a terminal, and leaves it as it is elsewhere or with NO_COLOR. */
export function colour(
  format: 'red' | 'green' | 'yellow' | 'dim' | 'bold',
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return stream.isTTY && !process.env.NO_COLOR ? styleText(format, text) : text
}

/** 1234 → "1.23 s", 12.3 → "12 ms". */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}
