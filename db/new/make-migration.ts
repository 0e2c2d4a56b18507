import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { misuse } from 'postgres-kit/failure.ts'
import { listMigrations, readSection } from '../migrations/files.ts'
import { inRoot } from '../paths.ts'
import { checkName, nextVersion, tableName } from './names.ts'

/** A file that was made or changed. */
export interface MadeFile {
  path: string
  what: 'created' | 'changed'
}

const EMPTY = `-- migrate:up

-- What changes, and why.

-- migrate:down

-- What undoes it, in reverse order; or: -- irreversible: why
`

/**
 * Makes a migration for a new table that belongs to its users, with its pgTAP tests and its entry in db/access.ts, all
 * of which pass as they are; or, with `empty`, a migration without content.
 *
 * @param root of the repository
 * @throws Failure (2) where the name is none, or the table or a file is there already: nothing is written
 */
export function makeMigration(given: string, empty: boolean, root = inRoot()): MadeFile[] {
  const name = checkName(given)
  const folder = `${root}/migrations`
  const files = listMigrations(folder)
  const migration = `${folder}/${nextVersion(files)}_${name}.sql`
  if (empty) return [create(migration, EMPTY)]

  const table = tableName(name)
  const tests = ['schema', 'rls'].map((kind) => ({ kind, path: `${root}/tests/${kind}/${table}.sql` }))
  const access = `${root}/db/access.ts`
  const taken = files.find((file) => readSection(file, 'up')?.sql.includes(`create table public.${table} (`))
  if (taken)
    throw misuse(
      `${taken.name} makes the table ${table} already. To change it: make new name=${name} EMPTY=1`,
    )
  const present = tests.find(({ path }) => existsSync(path))
  if (present) throw misuse(`tests/${present.kind}/${table}.sql is there already: choose another name`)
  const widened = addAccess(readFileSync(access, 'utf8'), table)
  return [
    create(migration, fromTemplate('migration.sql', table)),
    ...tests.map(({ kind, path }) => create(path, fromTemplate(`${kind}-test.sql`, table))),
    change(access, widened),
  ]
}

const TABLES_END = '  // make new adds tables above this line\n'

/** What the template's table allows, as db/access.ts says it. */
function addAccess(source: string, table: string): string {
  if (!source.includes(TABLES_END)) {
    throw misuse(`db/access.ts has lost the line "${TABLES_END.trim()}": put it back at the end of TABLES`)
  }
  const entry = `  ${table}: table({
    columns: ['id', 'user_id', 'name', 'created_at', 'updated_at'],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'name'],
      update: ['name'],
      delete: true,
    },
    service_role: COMMANDS,
  }),
`
  return source.replace(TABLES_END, entry + TABLES_END)
}

function fromTemplate(file: string, table: string): string {
  return readFileSync(inRoot('db', 'new', file), 'utf8').replace(/\bexample(?=_|\b)/g, table)
}

function create(path: string, text: string): MadeFile {
  writeFileSync(path, text, { flag: 'wx' })
  return { path, what: 'created' }
}

function change(path: string, text: string): MadeFile {
  writeFileSync(path, text)
  return { path, what: 'changed' }
}
