import { spawnSync } from 'node:child_process'

/** Whether a migration and the intent changed together; undefined if git does not know. */
export function changedTogether(root: string, migration: string, intent: string): boolean | undefined {
  const git = (...args: string[]) => {
    const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
    return status === 0 ? stdout.trim() : undefined
  }
  const state = git('status', '--porcelain', '--', migration, intent)
  if (state === undefined) return undefined
  const isOpen = (path: string) => state.split('\n').some((line) => line.endsWith(path))
  if (isOpen(migration)) return isOpen(intent)
  const commit = git('log', '-1', '--format=%H', '--', migration)
  if (!commit) return undefined
  return git('show', '--format=', '--name-only', commit)?.split('\n').includes(intent)
}
