import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { countSections, listMigrations, type MigrationFile, namesLeftOut } from '../files.ts'

/** Problems of the files in migrations/ that dbmate would ignore or report unclearly. */
export function findFolderProblems(folder?: string): string[] {
  const files = listMigrations(folder)
  return [
    ...namesLeftOut(folder).map(
      (name) =>
        `${name} would never be applied: a migration is named YYYYMMDDHHMMSS_name.sql, in lower case. Rename or remove it`,
    ),
    ...duplicates(files),
    ...files.flatMap(findFileProblems),
  ]
}

/**
 * Problems of the names of pending files: dbmate sorts versions as text, so all have the same width. An applied file keeps its
 * name, which is its key.
 */
export function findNameProblems(pending: readonly MigrationFile[]): string[] {
  return pending
    .filter(({ name }) => !/^\d{14}_/.test(name))
    .map(
      ({ name }) =>
        `${name} would be applied in the wrong order: a migration is named YYYYMMDDHHMMSS_name.sql. Rename it, then "make sum"`,
    )
}

function duplicates(files: readonly MigrationFile[]): string[] {
  return files.flatMap((file, n) => {
    const first = files.find(({ version }) => version === file.version)
    return first && files.indexOf(first) < n
      ? [
          `${first.name} and ${file.name} have the same version, and only the first would be applied: give ${file.name} a new version, then "make sum"`,
        ]
      : []
  })
}

function findFileProblems(file: MigrationFile): string[] {
  const { name } = file
  const bytes = readFileSync(file.path)
  if (bytes.subarray(0, 3).equals(BYTE_ORDER_MARK))
    return [`${name} begins with a byte order mark (EF BB BF): save it as UTF-8 without one`]
  if (!isUtf8(bytes) || bytes.includes(0)) return [`${name} is not UTF-8: save it as UTF-8`]
  const { up, down } = countSections(file)
  if (up === 0) return [`${name} has no line "-- migrate:up": write it above the statements to apply`]
  return [
    ...(up > 1
      ? [
          `${name} has ${up} lines "-- migrate:up", and only the first part would be applied: make it ${up} files`,
        ]
      : []),
    ...(down > 1 ? [`${name} has ${down} lines "-- migrate:down": join their parts`] : []),
  ]
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
