import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { usageError } from 'postgres-kit/failure.ts'
import { bootstrapSql } from '../bootstrap.ts'
import { listMigrations } from '../migrations/files.ts'
import { inRoot } from '../paths.ts'

const FOLDERS = ['migrations', 'db/bootstrap']
/** Files other than the schema that decide whether a mutant is killed. */
const JUDGES = ['packages/rls-judge', 'db/access.ts', 'tests/attacks', 'tests/rls', 'tests/schema']

/** The state of this repository with which the schema is compared. */
export interface Base {
  /** The repository's folder. */
  root: string
  commit: string
  /** As people say it: `origin/main (1a2b3c4)`. */
  name: string
}

/**
 * Where this branch left origin/main, else main.
 *
 * @param asked a commit to compare with instead: the setting BASE
 * @returns the base, or why there is none
 * @throws Failure (2) if the commit that was asked for is not there
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
  return { missing: 'git knows no commit that this branch shares with origin/main or main' }
}

/** Files of the judge that are not as they were at the base. */
export function changedJudges({ root, commit }: Base): string[] {
  const changed = git(root, 'diff', '--name-only', commit, '--', ...JUDGES) ?? ''
  const added = git(root, 'ls-files', '--others', '--exclude-standard', '--', ...JUDGES) ?? ''
  return `${changed}\n${added}`.split('\n').filter(Boolean)
}

/** Whether migrations and bootstrap have the same bytes as at the base. */
export function schemaFilesAreAt(base: Base): boolean {
  const before = filesAt(base)
  const now = [
    ...bootstrapSql('bootstrap', join(base.root, 'db', 'bootstrap')).map(({ file }) => file),
    ...listMigrations(join(base.root, 'migrations')).map(({ name }) => `migrations/${name}`),
  ]
  // git's own hash of each file as it is now
  const hashes = git(base.root, 'hash-object', '--', ...now)?.split('\n') ?? []
  return before.size === now.length && now.every((path, n) => before.get(path) === hashes[n])
}

/** Runs `work` with a folder that holds migrations/ and db/bootstrap/ as they were at the base. */
export async function withFilesAt<T>(base: Base, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'centrid-base-'))
  try {
    for (const path of filesAt(base).keys()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), run(base.root, 'show', `${base.commit}:${path}`).stdout)
    }
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The SQL files of the schema at the base, each with git's hash of its content. */
function filesAt({ root, commit }: Base): Map<string, string> {
  const lines = git(root, 'ls-tree', '-r', commit, '--', ...FOLDERS)?.split('\n') ?? []
  const entries = lines.flatMap((line) => {
    // <mode> SP blob SP <hash> TAB <path>
    const [fields = '', path = ''] = line.split('\t')
    // Mutants are made of the small profile: db/bootstrap/supabase is not part of it.
    return path.endsWith('.sql') && FOLDERS.includes(dirname(path))
      ? [[path, fields.split(' ')[2] ?? ''] as const]
      : []
  })
  return new Map(entries)
}

/** What git answers, without the end of its last line; undefined if it fails or is not there. */
export function git(root: string, ...args: string[]): string | undefined {
  const { status, stdout } = run(root, ...args)
  return status === 0 ? stdout.toString().trimEnd() : undefined
}

function run(root: string, ...args: string[]) {
  return spawnSync('git', args, { cwd: root, maxBuffer: 2 ** 26 })
}
