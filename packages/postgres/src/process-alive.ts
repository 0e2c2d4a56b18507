import { codeOf } from './failure.ts'

/** Whether a process of this machine is running. A value that is not a process id counts as running, to be safe. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
