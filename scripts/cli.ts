import { styleText } from 'node:util'
import { Failure } from 'postgres-kit/failure.ts'

/** Runs a command and sets the exit code; a failure is shown as a person wants to read it. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    process.exitCode = error instanceof Failure ? error.exitCode : 1
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${colour('red', 'error:', process.stderr)} ${message}\n`)
    if (process.env.DEBUG) console.error(error)
    else if (!(error instanceof Failure)) process.stderr.write('Set DEBUG=1 to see where this came from.\n')
  }
}

/** One line of what a command did. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
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
