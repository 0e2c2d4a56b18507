import { hashOf, type MigrationFile } from '../files.ts'
import type { Applied, Recorded } from '../ledger.ts'

/** Differences between ledger and files, in words. A deploy refuses each. */
export interface LedgerProblems {
  /** Applied migrations that differ from migrations/, by version. */
  changed: Map<string, string>
  /** Not applied, but older than an applied one. A setting lets a deploy apply them. */
  late: Map<string, string>
}

/** Compares the ledger with the current files. */
export function findLedgerProblems(
  ledger: readonly Applied[],
  files: readonly MigrationFile[],
): LedgerProblems {
  const byVersion = new Map(files.map((file) => [file.version, file]))
  const applied = new Set(ledger.map(({ version }) => version))
  const pending = files.filter(({ version }) => !applied.has(version))
  const changed = new Map<string, string>()
  for (const each of ledger) {
    const problem = compare(each, byVersion.get(each.version), pending)
    if (problem !== undefined) changed.set(each.version, problem)
  }
  const newest = ledger.at(-1)?.version ?? ''
  const late = new Map(
    pending.filter(({ version }) => version < newest).map((file) => [file.version, sayLate(file, newest)]),
  )
  return { changed, late }
}

function compare(
  { version, record, dbmate }: Applied,
  file: MigrationFile | undefined,
  pending: readonly MigrationFile[],
): string | undefined {
  if (!file && !dbmate)
    return `${version} was applied by the Supabase CLI, and migrations/ has no such file: write it as a migration of that version, then "make sum"`
  if (!file) return sayGone(version, record, pending)
  if (!record) return undefined
  if (!dbmate)
    return (
      `${file.name} was undone by dbmate alone, and the Supabase CLI still lists it as applied: correct its ledger` +
      ` (supabase migration repair --status=reverted ${version} --remote=…), and undo migrations with "make rollback"`
    )
  if (record.hash !== hashOf(file))
    return (
      `${file.name} was edited after it was applied${when(record)}: restore it (${restore(record.name, record)}), and write` +
      ' the change as a new migration. If no other database has applied it: undo the edit, "make rollback", edit again'
    )
  if (record.name !== file.name)
    return `${file.name} was applied as ${record.name}${when(record)}: rename it back`
  return undefined
}

function sayGone(version: string, record: Recorded | undefined, pending: readonly MigrationFile[]): string {
  if (!record)
    return `${version} is applied, and migrations/ has no such file: restore it (git log --all -- 'migrations/${version}*')`
  const renamed = pending.find((file) => hashOf(file) === record.hash)
  return renamed
    ? `${renamed.name} is ${record.name} renamed, which was applied${when(record)}: rename it back`
    : `${record.name} is applied${when(record)}, and migrations/ has no such file. If it was deleted, restore it (${restore(record.name, record)}).` +
        ' If another branch was deployed here, deploy that branch, or roll it back from that branch'
}

function sayLate({ name }: MigrationFile, newest: string): string {
  return (
    `${name} is not applied, and older than ${newest}, which is: give it a newer version and "make sum"; or, if it does` +
    ' not depend on the order, ALLOW_OUT_OF_ORDER=1 make migrate'
  )
}

function when({ started_at, adopted_at }: Recorded): string {
  const time = (started_at ?? adopted_at)?.toISOString().slice(0, 16).replace('T', ' ')
  return time === undefined ? '' : ` ${started_at ? '' : '(adopted) '}at ${time} UTC`
}

function restore(name: string, { commit }: Recorded): string {
  return commit === null || commit.endsWith('-dirty')
    ? `git log --all -- migrations/${name}`
    : `git checkout ${commit.slice(0, 12)} -- migrations/${name}`
}
