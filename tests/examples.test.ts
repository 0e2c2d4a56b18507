import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { compileStrictly, writeProgram } from '../packages/type-contract/test/support/strict-compiler.ts'
import { publicFunctions } from './examples/extract.ts'
import { asserting, CONTEXT, exampleFiles, RUNNER } from './examples/program.ts'
import { COMPILER_OPTIONS } from './examples/published.ts'
import { useTestDatabase } from './support/database.ts'
import { temporaryFolder } from './support/files.ts'
import { linkPackages, runProgram } from './types/program.ts'

const database = useTestDatabase()

test('every public function of the published packages has an example that compiles and has the stated result', async (t) => {
  const root = temporaryFolder(t)
  const functions = publicFunctions(folder(root, 'extract'))
  const names = functions.map((each) => `${each.package} ${each.name}`)
  assert.ok(names.includes('@centrid/db withUser') && names.includes('pgtap-runner run'), names.join())

  await t.test('every function has one', () => {
    const without = functions.filter(({ examples }) => examples.length === 0)
    assert.deepEqual(
      without.map((each) => `${each.package} ${each.name}`),
      [],
    )
  })

  const examples = exampleFiles(functions)

  await t.test('they compile', () => {
    const program = folder(root, 'compile')
    linkPackages(program)
    writeProgram(program, { ...examples, 'context.d.ts': CONTEXT })
    assert.deepEqual(compileStrictly(program, COMPILER_OPTIONS), [])
  })

  await t.test('they run, with the stated results', async () => {
    const program = folder(root, 'run')
    linkPackages(program)
    const checked = Object.entries(examples).map(([name, source]) => [name, asserting(source)] as const)
    const silent = checked.filter(([, { expectations }]) => expectations === 0).map(([name]) => name)
    assert.deepEqual(silent, ['centrid-db-getMigrationClient-1.ts'], 'the others state their results')
    writeProgram(program, {
      ...Object.fromEntries(checked.map(([name, { source }]) => [name, source])),
      'main.ts': RUNNER,
      'tsconfig.json': JSON.stringify({ compilerOptions: { ...COMPILER_OPTIONS, target: 'es2023' } }),
      'tests/one.sql': "begin; select plan(1); select pass('runs'); select finish(); rollback;",
    })
    const { connection, app } = database()
    const sub = await database().signUp()
    const documentId = await addDocument(sub)
    const { stdout, stderr, status } = runProgram(program, [sub, documentId, ...Object.keys(examples)], {
      connection,
      app,
    })
    assert.equal(stdout + stderr, '')
    assert.equal(status, 0)
  })
})

/** A folder in which examples compile like a program that uses the packages. Sources of the packages are checked elsewhere. */
function folder(root: string, name: string): string {
  mkdirSync(`${root}/${name}`)
  return `${root}/${name}`
}

/** Adds a document with one chunk for the examples; returns its id. */
async function addDocument(user: string): Promise<string> {
  const { owner } = database()
  const { rows } = await owner.query<{ id: string }>(
    `insert into public.documents (user_id, filename, file_type, file_size, content_text)
     values ($1, 'trees.md', 'text/markdown', 16, 'All about trees.') returning id`,
    [user],
  )
  const id = rows[0]?.id ?? ''
  await owner.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, content) values ($1, $2, 99, 'A tall spruce')`,
    [user, id],
  )
  return id
}
