import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { readSchema, type TableFacts } from '../facts/schema.ts'
import { inRoot } from '../paths.ts'
import { functionsTest } from './functions-test.ts'
import { HEADER } from './sql-text.ts'
import { readStructure, type Structure } from './structure.ts'
import { tableTest } from './table-test.ts'

/** A file of tests/schema that differs from the database. */
export interface Outdated {
  /** Relative to the root of the repository. */
  path: string
  /** The generated text; undefined if the file should not exist. */
  text: string | undefined
  /** Unified diff from the file to the generated text. */
  difference: string
}

/**
 * Compares the generated files of tests/schema with a migrated database. Nothing is written.
 *
 * @throws Failure (1) if db/schema.sql, the source of the refused values, does not match the database
 */
export async function findOutdated(database: ConnectionString): Promise<Outdated[]> {
  const [schema, structure] = [await readSchema(), await readStructure(database)]
  const stale = staleTable(schema, structure)
  if (stale !== undefined) {
    throw failed(`db/schema.sql and the database disagree about ${stale}: run "make migrate" first`)
  }
  const wanted = new Map([['functions.sql', functionsTest(structure)]])
  for (const table of schema) {
    const lines = structure.tables.get(table.name)
    if (lines) wanted.set(`${table.name}.sql`, tableTest(schema, table, lines))
  }
  const present = readdirSync(inRoot('tests', 'schema')).filter((file) => isGenerated(file))
  return [...new Set([...wanted.keys(), ...present])].sort().flatMap((file) => {
    const [now, text] = [read(file), wanted.get(file)]
    const path = `tests/schema/${file}`
    if (now !== '' && !isGenerated(file))
      throw failed(`${path} is written by hand: give it another name, since "make accept" writes that one`)
    return now === (text ?? '')
      ? []
      : [{ path, text, difference: createTwoFilesPatch(path, path, now, text ?? '', 'now', 'accepted') }]
  })
}

/** Writes the generated texts. */
export function accept(outdated: readonly Outdated[]): void {
  for (const { path, text } of outdated) {
    if (text === undefined) rmSync(inRoot(path))
    else writeFileSync(inRoot(path), text)
  }
}

/** A table that exists on one side only or has different columns or CHECKs. Nothing else is read from db/schema.sql. */
function staleTable(schema: readonly TableFacts[], { tables }: Structure): string | undefined {
  const missing = [...tables.keys()].find((name) => !schema.some((table) => table.name === name))
  if (missing !== undefined) return missing
  return schema.find(({ name, columns, constraints }) => {
    const lines = tables.get(name)
    const here = [
      ...columns.map((column) => column.name),
      ...constraints.map((each) => `${each.name} ${each.definition}`.trim()),
    ]
    const there = [
      ...(lines?.columns ?? []).map((line) => line.split(' ')[0]),
      ...(lines?.constraints ?? []).map((line) => {
        const [constraint, kind] = line.split(' ')
        return kind === 'CHECK' ? line.replace(/ NOT VALID$/, '') : constraint
      }),
    ]
    return here.toSorted().join('\n') !== there.toSorted().join('\n')
  })?.name
}

function read(file: string): string {
  const path = inRoot('tests', 'schema', file)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function isGenerated(file: string): boolean {
  return file.endsWith('.sql') && read(file).startsWith(HEADER)
}
