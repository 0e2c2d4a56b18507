import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

const IDENTITY = ['-c', 'user.name=developer', '-c', 'user.email=developer@example.com']

/** git in a folder, as somebody who may commit. Answers what it printed; fails the test where it fails. */
export function gitIn(folder: string): (...args: string[]) => string {
  return (...args) => {
    const { status, stdout, stderr } = spawnSync('git', [...IDENTITY, ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    return stdout.trim()
  }
}
