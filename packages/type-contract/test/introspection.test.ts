import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { introspect } from '@supabase/postgrest-typegen/introspection'
import { introspectForTypegen } from '../src/typegen-introspection.ts'
import { afterSql, inPackage, useEmptyDatabase } from './support/database.ts'

// typegen-introspection.ts imports files of @supabase/postgrest-typegen that its package.json does not export.
// docs/decisions/0011 gives the benefit. These tests fail if an update moves or changes the files.

/** The version whose files are imported. */
const VERSION = '0.2.2'
const LIBRARY = inPackage('..', '..', 'node_modules', '@supabase', 'postgrest-typegen')

interface Manifest {
  version?: string
  devDependencies?: Record<string, string>
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}

describe('the files of @supabase/postgrest-typegen that are imported by path', () => {
  const database = useEmptyDatabase()

  test('belong to the expected version', () => {
    const wanted = manifest(inPackage('..', '..', 'package.json')).devDependencies
    assert.equal(wanted?.['@supabase/postgrest-typegen'], VERSION, 'package.json has another version')
    assert.equal(manifest(join(LIBRARY, 'package.json')).version, VERSION, 'another version is installed')
  })

  test('exist, and export what is imported', async () => {
    const source = inPackage('src', 'typegen-introspection.ts')
    const imports = [...readFileSync(source, 'utf8').matchAll(/^import \{ (\w+) \} from '(\.[^']+)'$/gm)].map(
      ([, name = '', path = '']) => ({ name, path: join(dirname(source), path) }),
    )
    assert.equal(imports.length, 12)
    for (const { name, path } of imports) {
      assert.ok(path.startsWith(`${LIBRARY}/`), path)
      const module: object = await import(path)
      assert.ok(name in module, `${path} exports no ${name}`)
    }
  })

  test("read the same from the second schema as the library's entry module", async () => {
    const sql = readFileSync(inPackage('test', 'second-schema.sql'), 'utf8')
    await afterSql(database(), sql, async (client) => {
      const ours = await introspectForTypegen(client, 'fleet')
      assert.ok(ours.tables.length > 5)
      assert.deepEqual(ours, await introspect(client, { includedSchemas: ['fleet'] }))
    })
  })
})
