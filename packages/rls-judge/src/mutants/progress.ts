import type { Verdict } from './judge.ts'
import { nameOf } from './operator.ts'

const WIDTH = 24

/** Shows how far a run is: a bar on a terminal, else a line for each tenth of it. */
export function progressBar(
  stream: NodeJS.WriteStream,
): (verdict: Verdict, done: number, of: number) => void {
  const start = performance.now()
  let survived = 0
  return ({ killed, mutant }, done, of) => {
    if (!killed) {
      survived++
      stream.write(`${stream.isTTY ? '\r\u001b[K' : ''}not killed: ${nameOf(mutant)}\n`)
    }
    const left = ((performance.now() - start) / done) * (of - done)
    const line = `${done} of ${of} mutants, ${survived} not killed, ${clock(left)} left`
    if (stream.isTTY) {
      const full = Math.round((WIDTH * done) / of)
      stream.write(
        `\r${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${line}\u001b[K${done === of ? '\r\u001b[K' : ''}`,
      )
    } else if (Math.floor((10 * done) / of) > Math.floor((10 * (done - 1)) / of)) {
      stream.write(`${line}\n`)
    }
  }
}

function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
