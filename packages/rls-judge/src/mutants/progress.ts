import { progressBar } from 'command-line/progress.ts'
import { say } from 'command-line/terminal.ts'
import type { Verdict } from './judge.ts'
import { nameOf } from './operator.ts'

/** Shows how far a run is, and each mutant that was not killed. */
export function showVerdicts(): (verdict: Verdict, done: number, of: number) => void {
  const show = progressBar('mutants', { lines: true })
  let survived = 0
  return ({ killed, mutant }, done, of) => {
    if (!killed) {
      survived++
      say(`not killed: ${nameOf(mutant)}`)
    }
    show(done, of, `${survived} not killed`)
  }
}
