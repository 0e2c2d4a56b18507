import type { Contract } from 'type-contract/contract.ts'
import { type Base, findBase, git } from '../base.ts'
import { inRoot } from '../paths.ts'

/**
 * The release before this one: the setting BASE, else the last tag, else where this branch left origin/main.
 *
 * @returns the commit, or why there is none
 * @throws Failure (2) if the commit that was asked for is not there
 */
export function findRelease(asked: string | undefined, root = inRoot()): Base | { missing: string } {
  const tag = asked ?? git(root, 'describe', '--tags', '--abbrev=0')
  return findBase(tag || undefined, root)
}

/** What programs of that release rely on; undefined if it kept no contract. */
export function contractAt({ root, commit }: Base): Contract | undefined {
  const text = git(root, 'show', `${commit}:types/contract.json`)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Names of the files that migrations/ had then. */
export function migrationsAt({ root, commit }: Base): string[] {
  const names = git(root, 'ls-tree', '--name-only', commit, 'migrations/') ?? ''
  return names
    .split('\n')
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replace('migrations/', ''))
}
