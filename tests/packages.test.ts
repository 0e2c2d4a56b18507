import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { INTENT } from '../db/access.ts'
import { inRoot } from '../db/paths.ts'
import { listFiles, parseSources } from './support/source-files.ts'

/** Files in packages/ that still contain a name of Centrid. This list may only get shorter. */
const NOT_YET: readonly string[] = []

const tables = Object.keys(INTENT.tables)
const columns = Object.values(INTENT.tables).flatMap((table) => [...table.columns])
const functions = Object.keys(INTENT.functions).map((signature) => /([^.(]+)\(/.exec(signature)?.[1] ?? '')

// A name of two words (`file_size`, `find_chunks`) is never prose, so it counts everywhere, including comments.
const TWO_WORDS = new Set([...tables, ...columns, ...functions].filter((name) => name.includes('_')))

// A name of one word is also an English word. Column names (`name`, `status`, `content`) are ignored, because code that
// refers to Centrid's column also contains its table. A table name (`documents`) counts if it is a whole string, or next to
// a dot: `public.documents`, `documents.filename`.
const ONE_WORD = tables.filter((name) => !name.includes('_'))
const DOTTED = new Set(
  ONE_WORD.flatMap((table) => [
    ...['public', 'private'].map((schema) => `${schema}.${table}`),
    ...(INTENT.tables[table]?.columns ?? []).map((column) => `${table}.${column}`),
  ]),
)

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9_]+/)
}

/** Centrid's name, and names of its schema, in a text. */
function namesIn(text: string, strings: readonly string[]): string[] {
  const found = wordsOf(text).filter((word) => TWO_WORDS.has(word))
  if (/centrid/i.test(text)) found.push('Centrid')
  for (const string of strings) {
    if (ONE_WORD.includes(string.trim())) found.push(string.trim())
    found.push(
      ...string
        .toLowerCase()
        .replaceAll('"', '')
        .split(/[^a-z0-9_.]+/)
        .filter((path) => DOTTED.has(path)),
    )
  }
  return [...new Set(found)].sort()
}

test('no file in packages/ names Centrid, or a table, column or function of its schema', () => {
  const strings = new Map(parseSources().map((file) => [file.path, file.strings]))
  const named = new Map(
    listFiles('packages')
      // The licence contains the owner's name.
      .filter((path) => !path.endsWith('/LICENSE'))
      .map((path) => [path, namesIn(readFileSync(inRoot(path), 'utf8'), strings.get(path) ?? [])] as const)
      .filter(([, names]) => names.length > 0),
  )
  assert.deepEqual(
    [...named]
      .filter(([path]) => !NOT_YET.includes(path))
      .map(([path, names]) => `${path}: ${names.join(', ')}`),
    [],
    'files with names of Centrid',
  )
  assert.deepEqual(
    NOT_YET.filter((path) => !named.has(path)),
    [],
    'fixed entries of NOT_YET: remove them',
  )
})

test('names are distinguished from English words', () => {
  assert.deepEqual(namesIn("// the chunk's file_size", []), ['file_size'])
  assert.deepEqual(namesIn('', ['select "id" from "public"."documents" as d']), ['public.documents'])
  assert.deepEqual(namesIn('', ['documents']), ['documents'])
  assert.deepEqual(namesIn('', ['documents.filename is too long']), ['documents.filename'])
  assert.deepEqual(
    namesIn('const documents = name.status // its content and cost', ['the documents of a user', 'id']),
    [],
  )
})
