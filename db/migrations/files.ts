import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { inRoot } from '../paths.ts'

/** One file of migrations/. */
export interface MigrationFile {
  /** The digits at the start of the name: the key in the ledger. */
  version: string
  name: string
  /** Path from the root, for messages. */
  path: string
}

/** The part of a migration file that is run, and its position. */
export interface Section {
  sql: string
  /** Line of the file on which `sql` begins, from 1. */
  firstLine: number
  /** False if the marker says `transaction:false`. */
  transaction: boolean
}

// dbmate's own rules: https://github.com/amacneil/dbmate, pkg/dbmate/migration.go
const FILE_NAME = /^(\d+).*\.sql$/
const MARKER = /^--\s*migrate:(up|down)(?:\s+(.*))?$/

/** The migration files in the order in which they are applied. */
export function listMigrations(folder = inRoot('migrations')): MigrationFile[] {
  return filesIn(folder).flatMap((name) => {
    const version = FILE_NAME.exec(name)?.[1]
    return version === undefined ? [] : [{ version, name, path: `${folder}/${name}` }]
  })
}

/** Names that look like those of migrations but that dbmate silently ignores. */
export function namesLeftOut(folder = inRoot('migrations')): string[] {
  const files = new Set(listMigrations(folder).map(({ name }) => name))
  return readdirSync(folder)
    .sort()
    .filter((name) => /\.sql/i.test(name) && !name.startsWith('.') && !files.has(name))
}

/** Sorted names of the files in a folder. dbmate skips folders. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** The text of a migration, with the same line ends on every machine, because function bodies keep them. */
export function readMigration(file: MigrationFile): string {
  return readFileSync(file.path, 'utf8').replaceAll('\r\n', '\n')
}

/** SHA-256 of a migration's text; line ends and empty lines at its end do not count. */
export function hashOf(file: MigrationFile): string {
  return createHash('sha256')
    .update(`${readMigration(file).replace(/\n+$/, '')}\n`)
    .digest('hex')
}

/** Number of sections of each kind. dbmate runs only the first of each and records the file as applied. */
export function countSections(file: MigrationFile): { up: number; down: number } {
  const kinds = readMigration(file)
    .split('\n')
    .map((line) => MARKER.exec(line.trimEnd())?.[1])
  const count = (kind: string) => kinds.filter((each) => each === kind).length
  return { up: count('up'), down: count('down') }
}

/** The up or the down section of a migration file; undefined if it has none. */
export function readSection(file: MigrationFile, direction: 'up' | 'down'): Section | undefined {
  const lines = readMigration(file).split('\n')
  const start = lines.findIndex((line) => MARKER.exec(line.trimEnd())?.[1] === direction)
  if (start === -1) return undefined
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => MARKER.test(line.trimEnd()))
  return {
    sql: rest.slice(0, end === -1 ? undefined : end).join('\n'),
    firstLine: start + 2,
    transaction: !(MARKER.exec((lines[start] ?? '').trimEnd())?.[2] ?? '').includes('transaction:false'),
  }
}

/** The text of a migration with one section replaced. */
export function withSection(file: MigrationFile, direction: 'up' | 'down', sql: string): string {
  const lines = readMigration(file).split('\n')
  const section = readSection(file, direction)
  if (!section) return lines.join('\n')
  const start = section.firstLine - 1
  return [...lines.slice(0, start), sql, ...lines.slice(start + section.sql.split('\n').length)].join('\n')
}
