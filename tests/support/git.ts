import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

const IDENTITY = ['-c', 'user.name=developer', '-c', 'user.email=developer@example.com']

/** Runs git in a folder, with a user who can commit. Returns its output; throws if it fails. */
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
