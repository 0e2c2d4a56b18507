import type { Contract } from 'type-contract/contract.ts'
import { type Base, findBase, git } from '../base.ts'
import { inRoot } from '../paths.ts'

/**
 * The previous release: the setting BASE, otherwise the last tag, otherwise the merge base with origin/main.
 *
 * @returns the commit, or why there is none
 * @throws Failure (2) if the given commit does not exist
 */
export function findRelease(asked: string | undefined, root = inRoot()): Base | { missing: string } {
  const tag = asked ?? git(root, 'describe', '--tags', '--abbrev=0')
  return findBase(tag || undefined, root)
}

/** The contract of that release; undefined if it had none. */
export function contractAt({ root, commit }: Base): Contract | undefined {
  const text = git(root, 'show', `${commit}:types/contract.json`)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Names of the files in migrations/ at that commit. */
export function migrationsAt({ root, commit }: Base): string[] {
  const names = git(root, 'ls-tree', '--name-only', commit, 'migrations/') ?? ''
  return names
    .split('\n')
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replace('migrations/', ''))
}
