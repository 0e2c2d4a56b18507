import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../../db/paths.ts'
import { afterTest } from '../support/after-test.ts'
import { temporaryFolder } from '../support/files.ts'

test('@centrid/db is packed as JavaScript with declarations, and another project can use it', (t) => {
  const folder = temporaryFolder(t)
  const run = (program: string, args: string[], cwd: string) =>
    execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  afterTest(t, () => rmSync(inRoot('db', 'client', 'dist'), { recursive: true, force: true }))
  run('npm', ['pack', '--silent', '--pack-destination', folder], inRoot('db', 'client'))
  const [archive] = readdirSync(folder)
  const modules = `${folder}/node_modules`
  mkdirSync(`${modules}/@centrid/db`, { recursive: true })
  run('tar', ['-xzf', `${folder}/${archive}`, '--strip-components=1', '-C', `${modules}/@centrid/db`], folder)
  for (const name of ['pg', 'kysely', '@types', '@centrid/db-types']) {
    symlinkSync(inRoot('node_modules', name), `${modules}/${name}`)
  }
  writeFileSync(`${folder}/package.json`, '{"type":"module"}')
  writeFileSync(
    `${folder}/use.ts`,
    `import { createDatabase, isUniqueViolation, type UserDb, withUser } from '@centrid/db'
const db = createDatabase({ connectionString: 'postgres://nobody:x@127.0.0.1:1/nowhere', connectTimeoutMs: 500 })
const names = (tx: UserDb) => tx.selectFrom('documents').select('filename').execute()
// @ts-expect-error no such table
const nonsense = (tx: UserDb) => tx.selectFrom('nonsense').selectAll().execute()
const answer = await withUser(db, { sub: '00000000-0000-4000-8000-000000000000' }, names).catch((error: Error) => error.name)
console.log(answer, isUniqueViolation(undefined), typeof nonsense)
await db.destroy()
`,
  )
  const options = [
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ]
  run(inRoot('node_modules/.bin/tsc'), [...options, 'use.ts'], folder)
  assert.equal(run(process.execPath, ['use.js'], folder).trim(), 'DatabaseUnavailable false function')
  assert.ok(
    !run('tar', ['-tzf', `${folder}/${archive}`], folder).includes('embedded'),
    'the package does not contain the embedded server',
  )
})
