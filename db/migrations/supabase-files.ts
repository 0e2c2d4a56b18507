import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import { withoutClash } from './extensions.ts'
import { listMigrations, type MigrationFile, readSection } from './files.ts'
import { timeoutsOf } from './timeouts.ts'

const HEADER = '-- Made by "make sum" from migrations/'

/**
 * A migration for the Supabase CLI: the up section alone, because the CLI would run the down section as well. Extensions may
 * exist already, enabled in the dashboard.
 */
export async function supabaseSql(file: MigrationFile): Promise<string> {
  const timeouts = Object.entries(timeoutsOf(file)).map(
    ([name, value]) => `set ${name} = ${pg.escapeLiteral(value)};\n`,
  )
  const up = await withoutClash(readSection(file, 'up')?.sql.trim() ?? '')
  return `${HEADER}${file.name}; do not edit.\n${timeouts.join('')}\n${up}\n`
}

/** Writes supabase/migrations; returns whether that changed anything. @throws Failure (1) for a file written by hand */
export async function writeSupabaseFiles(root = inRoot()): Promise<boolean> {
  const { folder, wanted, present } = await compare(root)
  const stale = [...wanted].filter(([name, text]) => present.get(name) !== text)
  const removed = [...present.keys()].filter((name) => !wanted.has(name))
  if (stale.length > 0) mkdirSync(folder, { recursive: true })
  for (const [name, text] of stale) writeFileSync(`${folder}/${name}`, text)
  for (const name of removed) rmSync(`${folder}/${name}`)
  return stale.length + removed.length > 0
}

/** @throws Failure (1) if supabase/migrations differs from what migrations/ generates */
export async function checkSupabaseFiles(root = inRoot()): Promise<void> {
  const { wanted, present } = await compare(root)
  const name = [...wanted.keys(), ...present.keys()].find((each) => wanted.get(each) !== present.get(each))
  if (name !== undefined)
    throw failed(`supabase/migrations/${name} differs from migrations/: run "make sum" and commit it`)
}

async function compare(root: string) {
  const folder = `${root}/supabase/migrations`
  const names = existsSync(folder) ? readdirSync(folder).sort() : []
  const present = new Map(names.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]))
  for (const [name, text] of present)
    if (!text.startsWith(HEADER))
      throw failed(
        `supabase/migrations/${name} is not generated from migrations/: write it as a migration (make new name=… EMPTY=1), and remove it`,
      )
  const wanted = new Map<string, string>()
  for (const file of listMigrations(`${root}/migrations`)) wanted.set(file.name, await supabaseSql(file))
  return { folder, wanted, present }
}
