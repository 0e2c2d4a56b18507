import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Settings } from 'migration-lint/settings.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { LINT_SETTINGS } from '../lint/settings.ts'
import { listMigrations } from '../migrations/files.ts'
import { writeSum } from '../migrations/integrity/sum.ts'
import { writeSupabaseFiles } from '../migrations/supabase-files.ts'
import { inRoot } from '../paths.ts'
import type { Change } from './change.ts'
import { newCheck } from './check.ts'
import { newColumn } from './column.ts'
import type { Draft } from './draft.ts'
import { formatted } from './edit-access.ts'
import { newFunction } from './function.ts'
import { checkName, nextVersion, refuseReserved, tableName } from './names.ts'
import { newTable } from './table.ts'
import { fromTemplate } from './template.ts'

/** A file that was created or changed. */
export interface MadeFile {
  path: string
  what: 'created' | 'changed'
}

/**
 * Creates a migration with its entry in db/access.ts and, for a table, a pgTAP test of its access. All tests pass without
 * edits.
 *
 * @param root of the repository
 * @param settings of the lint, which the files pass
 * @throws Failure (2) if the name or the change is invalid; nothing is written
 */
export async function makeMigration(
  given: string,
  change: Change,
  root = inRoot(),
  settings = LINT_SETTINGS,
): Promise<MadeFile[]> {
  const name = checkName(given)
  const accessPath = `${root}/db/access.ts`
  const { migrations, test, access } = await draft(name, change, readFileSync(accessPath, 'utf8'), settings)
  if (test && existsSync(`${root}/${test.path}`))
    throw usageError(`${test.path} exists already: choose another name`)
  const formattedAccess = access === undefined ? undefined : formatted(access)
  const first = BigInt(nextVersion(listMigrations(`${root}/migrations`)))
  const made = [
    ...migrations.map(({ suffix = '', text }, n) =>
      create(`${root}/migrations/${first + BigInt(n)}_${name}${suffix}.sql`, text),
    ),
    ...(test ? [create(`${root}/${test.path}`, test.text)] : []),
    ...(formattedAccess === undefined ? [] : [replace(accessPath, formattedAccess)]),
  ]
  writeSum(`${root}/migrations`)
  await writeSupabaseFiles(root)
  return [...made, { path: `${root}/migrations/migrations.sum`, what: 'changed' }]
}

async function draft(name: string, change: Change, access: string, settings: Settings): Promise<Draft> {
  switch (change.kind) {
    case 'table':
      await refuseReserved(tableName(name), change.owner)
      return newTable(name, change, access)
    case 'empty':
      return { migrations: [{ text: fromTemplate('empty', {}) }] }
    case 'column':
      await refuseReserved(change.column)
      return newColumn(change.table, change.column, access, settings)
    case 'check':
      return newCheck(change.table, change.part)
    case 'function':
      await refuseReserved(change.function)
      return newFunction(change.schema, change.function, access)
  }
}

function create(path: string, text: string): MadeFile {
  writeFileSync(path, text, { flag: 'wx' })
  return { path, what: 'created' }
}

function replace(path: string, text: string): MadeFile {
  writeFileSync(path, text)
  return { path, what: 'changed' }
}
