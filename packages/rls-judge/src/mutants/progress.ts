import { progressBar } from 'command-line/progress.ts'
import { say } from 'command-line/terminal.ts'
import type { Verdict } from './judge.ts'
import { nameOf } from './operator.ts'

/** Shows how far a run is, and each mutant that was not killed. */
export function showVerdicts(): (verdict: Verdict, done: number, of: number) => void {
  const show = progressBar('mutants', { lines: true })
  const start = performance.now()
  let survived = 0
  return ({ killed, mutant }, done, of) => {
    if (!killed) {
      survived++
      say(`not killed: ${nameOf(mutant)}`)
    }
    const left = ((performance.now() - start) / done) * (of - done)
    show(done, of, `${survived} not killed, ${clock(left)} left`)
  }
}

function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
