import { dirname, join } from 'node:path'
import { type Base, git } from '../base.ts'
import { bootstrapSql } from '../bootstrap.ts'
import { listMigrations } from '../migrations/files.ts'

/** Folders from which the schema is built. */
export const SCHEMA_FOLDERS = ['migrations', 'db/bootstrap']
/** Files other than the schema that determine whether a mutant is killed. */
const JUDGES = ['packages/rls-judge', 'db/access.ts', 'tests/attacks', 'tests/rls', 'tests/schema']

/** Changed files of the judge since the base. */
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
  // git's hash of each current file
  const hashes = git(base.root, 'hash-object', '--', ...now)?.split('\n') ?? []
  return before.size === now.length && now.every((path, n) => before.get(path) === hashes[n])
}

/** The SQL files of the schema at the base, each with git's hash of its content. */
function filesAt({ root, commit }: Base): Map<string, string> {
  const lines = git(root, 'ls-tree', '-r', commit, '--', ...SCHEMA_FOLDERS)?.split('\n') ?? []
  const entries = lines.flatMap((line) => {
    // <mode> SP blob SP <hash> TAB <path>
    const [fields = '', path = ''] = line.split('\t')
    // Mutants use the profile `bootstrap`, which does not include db/bootstrap/supabase.
    return path.endsWith('.sql') && SCHEMA_FOLDERS.includes(dirname(path))
      ? [[path, fields.split(' ')[2] ?? ''] as const]
      : []
  })
  return new Map(entries)
}
