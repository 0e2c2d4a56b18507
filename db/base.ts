import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { failed, usageError } from 'postgres-kit/failure.ts'
import { inRoot } from './paths.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** A commit of this repository with which the current state is compared. */
export interface Base {
  /** The repository's folder. */
  root: string
  commit: string
  /** The name in messages: `origin/main (1a2b3c4)`. */
  name: string
}

/**
 * The merge base with origin/main, or with main if that does not exist.
 *
 * @param asked a commit to compare with instead: the setting BASE
 * @returns the base, or why there is none
 * @throws Failure (2) if the given commit does not exist
 */
export function findBase(asked: string | undefined, root = inRoot()): Base | { missing: string } {
  const named = (name: string, commit: string) => ({
    root,
    commit,
    name: `${name} (${commit.slice(0, 7)})`,
  })
  if (asked !== undefined) {
    const commit = git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${asked}^{commit}`)
    if (commit === undefined)
      throw usageError(`BASE is "${asked}", which git does not know: give a commit, a branch or a tag`)
    return named(asked, commit)
  }
  const { status, stdout, stderr, error } = run(root, 'rev-parse', '--show-prefix')
  if (status !== 0)
    return { missing: `git answers "${(error?.message ?? String(stderr)).trim().split('\n')[0]}"` }
  if (String(stdout).trim() !== '') return { missing: 'this folder is not the root of a git repository' }
  for (const branch of ['origin/main', 'main']) {
    const commit = git(root, 'merge-base', 'HEAD', branch)
    if (commit) return named(branch, commit)
  }
  return { missing: 'this branch has no common commit with origin/main or main' }
}

/** Runs `work` with a folder that contains these files and folders as they were in the base. Missing ones are left out. */
export async function withFilesAt<T>(
  base: Base,
  paths: readonly string[],
  work: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = makeTemporaryFolder('base')
  try {
    const existing = paths.filter((path) => git(base.root, 'ls-tree', '--name-only', base.commit, '--', path))
    if (existing.length === 0) return await work(folder)
    const archive = run(base.root, 'archive', '--format=tar', base.commit, '--', ...existing)
    const unpacked = spawnSync('tar', ['-x', '-C', folder], { input: archive.stdout })
    if (archive.status !== 0 || unpacked.status !== 0)
      throw failed(
        `cannot unpack ${existing.join(', ')} of ${base.name}: ${archive.stderr}${unpacked.stderr}`,
      )
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The output of git without its last line break; undefined if git fails or is not installed. */
export function git(root: string, ...args: string[]): string | undefined {
  const { status, stdout } = run(root, ...args)
  return status === 0 ? stdout.toString().trimEnd() : undefined
}

function run(root: string, ...args: string[]) {
  return spawnSync('git', args, { cwd: root, maxBuffer: 2 ** 28 })
}
