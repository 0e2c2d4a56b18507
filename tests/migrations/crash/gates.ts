import { writeFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { parse } from 'libpg-query'
import { listMigrations, readMigration, readSection } from '../../../db/migrations/files.ts'
import { temporaryFolder } from '../../support/files.ts'

/** A gate before each statement of each migration, at which a session waits while crash.closed contains its number. */
export const GATES = `
  create schema crash;
  create table crash.closed (gate integer);
  create function crash.gate(n integer) returns void language plpgsql as $$ begin
      while exists (select from crash.closed where gate = n) loop perform pg_sleep(0.01); end loop;
  end $$;`

/** The migrations of this project with gates, and one more that creates an index CONCURRENTLY. */
export interface Gated {
  folder: string
  /** For each gate, the number of files completely applied before it. */
  filesBefore: number[]
  files: number
}

export async function gatedMigrations(t: TestContext): Promise<Gated> {
  const folder = temporaryFolder(t)
  const filesBefore: number[] = []
  const files = listMigrations()
  for (const [n, file] of files.entries()) {
    const section = readSection(file, 'up')
    const text = readMigration(file)
    const bytes = Buffer.from(section?.sql ?? '')
    const { stmts = [] } = await parse(bytes.toString())
    const gated = stmts.map(({ stmt_location: start = 0, stmt_len: length }) => {
      filesBefore.push(n)
      const statement = bytes.subarray(start, length === undefined ? undefined : start + length)
      return `select crash.gate(${filesBefore.length - 1});\n${statement};\n`
    })
    filesBefore.push(n)
    const last = `select crash.gate(${filesBefore.length - 1});\n`
    writeFileSync(
      `${folder}/${file.name}`,
      text.replace(section?.sql ?? '', () => `${gated.join('')}${last}`),
    )
  }
  writeFileSync(
    `${folder}/20990101000000_index.sql`,
    '-- migrate:up transaction:false\ncreate index concurrently crash_idx on public.documents (user_id, created_at);\n' +
      '-- migrate:down transaction:false\ndrop index concurrently public.crash_idx;\n',
  )
  return { folder, filesBefore, files: files.length + 1 }
}
