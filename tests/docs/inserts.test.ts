import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownerOf } from 'rls-judge/intent.ts'
import { INTENT } from '../../db/access.ts'
import { insertExamples } from '../../db/docs/examples.ts'
import { compileStrictly, writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'
import { COMPILER_OPTIONS } from '../examples/published.ts'
import { useTestDatabase } from '../support/database.ts'
import { temporaryFolder } from '../support/files.ts'
import { linkPackages, runProgram } from '../types/program.ts'

const database = useTestDatabase()

/** Declarations that the examples use in addition to their imports. */
const CONTEXT = `import type { Claims, RootDb } from '@centrid/db'
import type { Database } from '@centrid/db-types/supabase'
import type { SupabaseClient } from '@supabase/supabase-js'

declare global {
  const claims: Claims
  const db: RootDb
  const supabase: SupabaseClient<Database>
}
`

/** Runs the examples for Kysely, and prints the requests of those for supabase-js, which needs no WebSocket here. */
const MAIN = `import { db } from '@centrid/db'
import { createClient } from '@supabase/supabase-js'

const steps: { user: string; file: string }[] = JSON.parse(process.argv[2] ?? '')
const requests: unknown[] = []
const fetch: typeof globalThis.fetch = async (url, init) => {
  requests.push({ path: new URL(String(url)).pathname, method: init?.method, body: JSON.parse(String(init?.body)) })
  return new Response('{}', { status: 201 })
}
const supabase = createClient('http://localhost', 'key', { global: { fetch }, realtime: { transport: class {} } })
Object.assign(globalThis, { db, supabase })
for (const { user, file } of steps) {
  Object.assign(globalThis, { claims: { sub: user } })
  await import(\`./\${file}\`)
}
console.log(JSON.stringify(requests))
await db.destroy()
`

interface Request {
  path: string
  method: string
  body: Record<string, unknown>
}

test('every example of an insert runs as a user, in each language', async (t) => {
  const examples = await insertExamples()
  const tables = Object.entries(INTENT.tables)
    .filter(([, { authenticated }]) => authenticated.insert !== undefined)
    .map(([name, access]) => ({ name, owner: ownerOf(INTENT, access), texts: examples({ name }) }))
  assert.ok(tables.every(({ texts }) => texts.length === 3))
  const { as, owner, signUp, app, connection } = database()
  const rowsOf = async (user: string) => {
    const counts: Record<string, number> = {}
    for (const { name, owner: column } of tables) {
      const { rowCount } = await owner.query(`select from public.${name} where ${column} = $1`, [user])
      counts[name] = rowCount ?? 0
    }
    return counts
  }
  const someOfEach = (counts: Record<string, number>) =>
    assert.deepEqual(
      Object.entries(counts).filter(([, rows]) => rows === 0),
      [],
    )

  await t.test('SQL', async () => {
    for (const { name, texts } of tables) {
      const user = await signUp()
      await as({ userId: user }, (client) => client.query(texts[0]?.text ?? ''))
      assert.ok(((await rowsOf(user))[name] ?? 0) > 0, name)
    }
  })

  await t.test('Kysely and supabase-js', async () => {
    const program = temporaryFolder(t)
    linkPackages(program)
    const files = tables.flatMap(({ name, texts }) =>
      texts
        .slice(1)
        .map(
          ({ title, text }) =>
            [`${title === 'Kysely' ? 'kysely' : 'supabase'}-${name}.ts`, `${text}\nexport {}\n`] as const,
        ),
    )
    writeProgram(program, { ...Object.fromEntries(files), 'context.d.ts': CONTEXT })
    assert.deepEqual(compileStrictly(program, COMPILER_OPTIONS), [])
    writeProgram(program, {
      'main.ts': MAIN,
      'tsconfig.json': JSON.stringify({ compilerOptions: { ...COMPILER_OPTIONS, target: 'es2023' } }),
    })
    // Examples of different tables insert rows with the same ids, so each example has its own user.
    const users = await Promise.all(tables.map(async ({ name }) => ({ name, user: await signUp() })))
    const steps = users.flatMap(({ name, user }) =>
      ['kysely', 'supabase'].map((kind) => ({ user, file: `${kind}-${name}.ts` })),
    )
    const { stdout, stderr, status } = runProgram(program, [JSON.stringify(steps)], { connection, app })
    assert.equal(status, 0, stderr)
    for (const { name, user } of users) assert.ok(((await rowsOf(user))[name] ?? 0) > 0, name)
    const requests: Request[] = JSON.parse(stdout)
    assert.ok(requests.length >= tables.length)
    // Insert the columns of the request from its JSON, as PostgREST does.
    const user = await signUp()
    const done = new Set<string>()
    await as({ userId: user }, async (client) => {
      for (const { path, method, body } of requests) {
        assert.equal(method, 'POST')
        const table = path.replace('/rest/v1/', '')
        if (done.has(`${table} ${body.id}`)) continue
        done.add(`${table} ${body.id}`)
        const columns = Object.keys(body)
          .map((name) => client.escapeIdentifier(name))
          .join(', ')
        const name = client.escapeIdentifier(table)
        await client.query(
          columns === ''
            ? `insert into public.${name} default values`
            : `insert into public.${name} (${columns}) select ${columns} from json_populate_record(null::public.${name}, $1)`,
          columns === '' ? [] : [JSON.stringify(body)],
        )
      }
    })
    someOfEach(await rowsOf(user))
  })
})
