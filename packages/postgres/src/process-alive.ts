import { codeOf } from './failure.ts'

/** Whether a process of this machine is running. What is no process id counts as running: nobody knows. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
