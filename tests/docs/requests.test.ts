import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { REQUESTS } from '../../db/docs/requests.ts'
import { type Fixture, withFixture } from '../client/fixture.ts'
import { serveFunctions, sign } from '../functions/gateway.ts'

await withFixture(async ({ owner, appAddress, ana }: Fixture) => {
  await owner.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, 'A tall spruce among other trees' from public.documents where user_id = $1`,
    [ana],
  )
  const served = await serveFunctions({ APP_DATABASE_URL: appAddress.url.href })
  const token = await sign({ sub: ana })

  await test('every curl command of the site gives the response that the site shows', async () => {
    for (const { about, command, status, answer } of REQUESTS) {
      const line = command
        .replace('$(make -s token user=ada@example.com)', token)
        .replace('http://localhost:54321', `http://127.0.0.1:${served.port}`)
      const output = await run(`${line} --silent --show-error --write-out '\\n%{http_code}'`)
      const end = output.lastIndexOf('\n')
      assert.equal(output.slice(end + 1), String(status), about)
      assert.deepEqual(shapeOf(JSON.parse(output.slice(0, end))), shapeOf(answer), about)
    }
  })

  await served.close()
})

/** Asynchronous, because this process serves the functions. */
function run(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (part) => {
      output += part
    })
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}

/** Names and types of a value, and messages of errors. Numbers and ids differ between databases. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'code' || key === 'message' ? inner : shapeOf(inner),
    ]),
  )
}
