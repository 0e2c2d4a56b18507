import { styleText } from 'node:util'

let statusShown = false

/** Prints one line and removes the status. */
export function say(line: string): void {
  clearStatus()
  process.stdout.write(`${line}\n`)
}

/** Prints one line to standard error, for commands whose output another program reads. */
export function sayAside(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Shows what a command is doing, until the next line or status. On a terminal only. */
export function showStatus(text: string): void {
  if (!process.stdout.isTTY) return
  process.stdout.write(`\r\u001b[K${text}`)
  statusShown = true
}

/** Removes the status from the terminal. */
export function clearStatus(): void {
  if (statusShown) process.stdout.write('\r\u001b[K')
  statusShown = false
}

/** Colours text on a terminal; elsewhere, or with NO_COLOR, returns it unchanged. */
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
