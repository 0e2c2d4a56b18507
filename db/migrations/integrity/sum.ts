import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../../paths.ts'
import { hashOf, listMigrations } from '../files.ts'

/**
 * migrations.sum has one line per migration, with a hash over its name and text and those of all earlier ones. If two
 * branches each add a migration, git reports a conflict, and a person decides on the order.
 */
export interface SumLine {
  hash: string
  name: string
}

const HEADER =
  '# Made by "make sum" from the files beside it: each hash covers a file and all before it. Docs: docs/migrations.md\n'

/** The lines of migrations.sum for the current files. */
export function computeSum(folder?: string): SumLine[] {
  let hash = ''
  return listMigrations(folder).map((file) => {
    hash = createHash('sha256')
      .update(`${hash}\n${file.name}\n${hashOf(file)}\n`)
      .digest('hex')
    return { hash, name: file.name }
  })
}

/** Writes migrations.sum; returns whether that changed it. */
export function writeSum(folder?: string): boolean {
  const text = HEADER + computeSum(folder).map(format).join('')
  const path = sumPath(folder)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false
  writeFileSync(path, text)
  return true
}

/** The first difference between migrations.sum and the files, in words; undefined if they agree. */
export function findSumProblem(folder?: string): string | undefined {
  const path = sumPath(folder)
  if (!existsSync(path)) return 'migrations/migrations.sum is missing'
  const lines = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.some((line) => /^[<=>|]{7}/.test(line)))
    return 'migrations/migrations.sum has a merge conflict: check the order of the files'
  const listed = new Set(lines.map((line) => line.split(' ')[1]))
  const files = computeSum(folder)
  const present = new Set(files.map(({ name }) => name))
  const removed = [...listed].find((name) => name !== undefined && !present.has(name))
  if (removed !== undefined)
    return `${removed} is in migrations.sum but not in migrations/: it was deleted or renamed`
  const added = files.find(({ name }) => !listed.has(name))
  if (added) return `${added.name} is not in migrations.sum`
  const edited = files.find((line, n) => format(line) !== `${lines[n]}\n`)
  return edited && `${edited.name} was edited after migrations.sum was made`
}

/** @throws Failure (1) if migrations.sum and the files differ */
export function checkSum(folder?: string): void {
  const problem = findSumProblem(folder)
  if (problem !== undefined)
    throw failed(
      `${problem}: nothing was done. If this is intended, run "make sum" and commit migrations/migrations.sum`,
    )
}

function format({ hash, name }: SumLine): string {
  return `${hash} ${name}\n`
}

function sumPath(folder = inRoot('migrations')): string {
  return `${folder}/migrations.sum`
}
