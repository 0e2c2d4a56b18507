import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { AliasDeclarationNode, PostgresAdapter, TypeScriptSerializer } from 'kysely-codegen'
import { DRIVER_TYPE_NAMES, definitionsFor, scalarType } from '../src/driver-types.ts'
import type { PgType } from '../src/pg-type.ts'
import { compile, programFolder } from './support/compile.ts'
import { inPackage } from './support/database.ts'
import { writeProgram } from './support/strict-compiler.ts'

/** Differences from kysely-codegen, with reasons. */
const DIFFERENCES: Readonly<Record<string, [theirs: string, ours: string]>> = {
  // The package needs no types of Node.js.
  bytea: ['Buffer', 'Uint8Array'],
}

function builtin(name: string): PgType {
  return {
    id: 0,
    schema: 'pg_catalog',
    name,
    builtin: name,
    kind: 'b',
    element: undefined,
    builtinArray: false,
    labels: [],
    attributes: [],
    relation: undefined,
  }
}

describe('the types that pg returns and accepts', () => {
  const adapter = new PostgresAdapter()

  test('have the names that kysely-codegen uses', () => {
    const scalars = Object.entries(adapter.scalars)
    assert.ok(scalars.length > 30, `only ${scalars.length} types: kysely-codegen lists them elsewhere`)
    for (const [name, node] of scalars) {
      const { alias, select } = scalarType(builtin(name))
      const theirs = node.name
      assert.deepEqual([theirs, alias ?? select], DIFFERENCES[name] ?? [theirs, theirs], name)
    }
  })

  test('have the definitions that kysely-codegen uses', (t) => {
    const serializer = new TypeScriptSerializer()
    const names = Object.keys(adapter.definitions)
    assert.deepEqual(
      DRIVER_TYPE_NAMES.filter((name) => name !== 'Generated'),
      names.sort(),
    )
    const theirs = Object.entries(adapter.definitions).map(
      ([name, node]) =>
        `export ${serializer.serializeAliasDeclaration(new AliasDeclarationNode(name, node))}`,
    )
    const folder = programFolder(t)
    writeProgram(folder, {
      'columns.d.ts': readFileSync(inPackage('support', 'columns.d.ts'), 'utf8'),
      'theirs.ts': `import type { ColumnType } from 'kysely'
import type { PostgresInterval as IPostgresInterval } from './columns.js'
${theirs.join('\n')}`,
      'ours.ts': `import type { ColumnType, PostgresInterval } from './columns.js'
${definitionsFor(DRIVER_TYPE_NAMES.join(' '))}`,
      'compared.ts': `import type * as ours from './ours.js'
import type * as theirs from './theirs.js'
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
declare function holds<_ extends true>(): void
${names.map((name) => `holds<Equal<ours.${name}, theirs.${name}>>()`).join('\n')}
`,
    })
    assert.deepEqual(compile(folder), [])
  })
})
