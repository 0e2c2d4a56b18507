import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { embeddedHome } from '../db/embedded.ts'
import { afterTest } from './support/after-test.ts'
import { temporaryFolder } from './support/files.ts'

const NO_OPENSSL =
  spawnSync('openssl', ['version']).status !== 0 && 'there is no openssl to make a certificate'

test('sslrootcert and sslmode have the meaning that libpq gives them', { skip: NO_OPENSSL }, async (t) => {
  const folder = temporaryFolder(t)
  // Of another name than the host, so that verify-full and verify-ca differ.
  const made = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=db.example.com'],
      ...['-keyout', `${folder}/server.key`, '-out', `${folder}/server.crt`],
    ],
    { encoding: 'utf8' },
  )
  assert.equal(made.status, 0, made.stderr)
  const { server, remove } = await startThrowawayServer(
    embeddedHome(() => {}),
    'tls',
  )
  afterTest(t, remove)
  await withOwnerClient(server, async (client) => {
    const { rows } = await client.query("select current_setting('data_directory') as data")
    const data: string = rows[0].data
    for (const name of ['server.key', 'server.crt']) {
      await client.query('create temp table if not exists lines (line text)')
      await client.query('truncate lines')
      for (const line of readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n'))
        await client.query('insert into lines values ($1)', [line])
      await client.query(
        `copy lines to program ${client.escapeLiteral(`umask 077 && cat > ${data}/${name}`)}`,
      )
    }
    await client.query('alter system set ssl = on')
    await client.query('select pg_reload_conf()')
  })
  const encrypted = async (parameters: string) => {
    const url = new URL(server.url)
    url.search = parameters
    return withOwnerClient(parseConnectionString(url.href), async (client) => {
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
      return rows[0].ssl
    })
  }
  const authority = `sslrootcert=${encodeURIComponent(`${folder}/server.crt`)}`
  assert.equal(await encrypted('sslmode=disable'), false)
  assert.equal(await encrypted(`sslmode=disable&${authority}`), false)
  assert.equal(await encrypted('sslmode=require'), true)
  assert.equal(await encrypted('sslmode=no-verify'), true)
  assert.equal(await encrypted(`sslmode=require&${authority}`), true)
  assert.equal(await encrypted(`sslmode=verify-ca&${authority}`), true)
  await assert.rejects(
    encrypted(`sslmode=verify-full&${authority}`),
    /for another host: correct the host in DATABASE_URL, or with/,
  )
  await assert.rejects(
    encrypted('sslmode=verify-full'),
    /signed by an authority unknown to this machine: add sslrootcert=\/path\/to\/authority\.pem to DATABASE_URL$/,
  )
  await assert.rejects(encrypted('sslmode=verify-full&sslrootcert=/nowhere/ca.pem'), {
    exitCode: 2,
    message: 'DATABASE_URL has sslrootcert=/nowhere/ca.pem: ENOENT: no such file or directory',
  })
})
