import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Served, serveSite } from '../src/serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'schema-site-'))
let served: Served

before(async () => {
  mkdirSync(join(folder, 'site'))
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'site', 'index.html'), '<head></head><p>before</p>')
  served = await serveSite(join(folder, 'site'), 0)
})

after(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends the path unchanged: fetch() would resolve its dots. */
function get(path: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port: served.port, path }, resolve).once('error', reject)
  })
}

async function textOf(path: string): Promise<string> {
  const response = await get(path)
  return Buffer.concat(await response.toArray()).toString()
}

test('a page waits for changes and is notified of each', async () => {
  const script = /<script src="([^"]+)">/.exec(await textOf('/'))?.[1]
  assert.match(await textOf(script ?? ''), /new EventSource\('\/-\/changes'\).*location\.reload/)
  const changes = (await get('/-/changes'))[Symbol.asyncIterator]()
  assert.equal(String((await changes.next()).value), ': waiting\n\n')
  served.reload()
  assert.equal(String((await changes.next()).value), 'data: changed\n\n')
  await changes.return?.()
})

test('after a build the new page is served', async () => {
  writeFileSync(join(folder, 'site', 'index.html'), '<head></head><p>after</p>')
  assert.match(await textOf('/index.html'), /after/)
})

test('no file outside of the site is served', async () => {
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/x/../../secret.txt',
  ]) {
    const response = await get(path)
    response.resume()
    assert.equal(response.statusCode, 404, path)
  }
})

test('a malformed address is refused, and the server keeps running', async () => {
  const response = await get('/%')
  response.resume()
  assert.equal(response.statusCode, 400)
  assert.match(await textOf('/'), /<p>/)
})
