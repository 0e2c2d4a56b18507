import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { runCli } from './support/cli.ts'
import { type Cluster, startThrowaway } from './support/cluster.ts'
import { query } from './support/database.ts'
import { withFiles } from './support/run-files.ts'

describe('a login with a password', () => {
  let cluster: Cluster
  before(async () => {
    cluster = await startThrowaway()
  })
  after(() => cluster?.stop())

  for (const [method, encryption] of [
    ['scram-sha-256', 'scram-sha-256'],
    ['md5', 'md5'],
    ['password', 'scram-sha-256'],
  ]) {
    it(`works with ${method}, and a wrong password is refused and not shown`, async () => {
      const role = `login_${randomBytes(3).toString('hex')}`
      const password = `p@ss/wörd ${randomBytes(3).toString('hex')}`
      await query(
        cluster.url,
        `set password_encryption = '${encryption}'; create role ${role} login password '${password}'`,
      )
      const [file] = await query(cluster.url, 'show hba_file')
      const path = String(file?.hba_file)
      await writeFile(path, `host all ${role} 127.0.0.1/32 ${method}\n${await readFile(path, 'utf8')}`)
      await query(cluster.url, 'select pg_reload_conf(); select pg_sleep(0.2)')
      const url = new URL(cluster.url)
      url.username = role
      url.password = encodeURIComponent(password)
      await withFiles({ 'a.sql': "select '1..1';\nselect 'ok 1';\n" }, async (cwd) => {
        const good = await runCli(['--url', url.href, 'a.sql'], { cwd })
        assert.equal(good.code, 0, good.stderr)
        url.password = 'wrong-secret'
        const bad = await runCli(['--url', url.href, 'a.sql'], { cwd })
        assert.equal(bad.code, 2)
        assert.match(bad.stderr, /password authentication failed/)
        assert.doesNotMatch(bad.stderr, /wrong-secret/)
      })
    })
  }
})
