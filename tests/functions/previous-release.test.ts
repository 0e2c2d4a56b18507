import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { test } from 'node:test'
import { startGateway } from 'edge-gateway/gateway.ts'
import { withFilesAt } from '../../db/base.ts'
import { FUNCTIONS } from '../../db/functions.ts'
import { inRoot } from '../../db/paths.ts'
import { findRelease } from '../../db/previous-release/find.ts'
import { type Fixture, withFixture } from '../client/fixture.ts'
import { bearer, ISSUER, SECRET, sign } from './gateway.ts'

/** The sources of the functions. */
const SOURCES = ['supabase/functions', 'db/client', 'types', 'packages/postgres', 'package.json']

await withFixture(async ({ owner, appAddress, ana }: Fixture) => {
  await test('the edge functions of the previous release work on the current schema, and fail without the functions that they call', async (t) => {
    const release = findRelease(process.env.BASE || undefined)
    if ('missing' in release) return t.skip(release.missing)
    t.diagnostic(`since ${release.name}`)
    await withFilesAt(release, SOURCES, async (folder) => {
      symlinkSync(inRoot('node_modules'), `${folder}/node_modules`)
      const lines: string[] = []
      const gateway = await startGateway({
        port: 0,
        portSetting: 'FUNCTIONS_PORT',
        functions: { ...FUNCTIONS, folder: `${folder}/supabase/functions` },
        sources: [],
        environment: { JWT_SECRET: SECRET, JWT_ISSUER: ISSUER, APP_DATABASE_URL: appAddress.url.href },
        log: (line) => lines.push(line),
      })
      try {
        const { headers } = bearer(await sign({ sub: ana }))
        const ask = async (name: string, init: RequestInit = {}) => {
          const url = `http://127.0.0.1:${gateway.port}/functions/v1/${name}`
          return (await fetch(url, { ...init, headers: { ...headers, 'content-type': 'application/json' } }))
            .status
        }
        const search = { method: 'POST', body: JSON.stringify({ query: 'words' }) }
        assert.equal(await ask('hello'), 200, lines.join('\n'))
        assert.equal(await ask('search', search), 200, lines.join('\n'))
        await owner.query('drop function public.search_chunks(text, integer)')
        assert.equal(await ask('search', search), 500)
      } finally {
        await gateway.close()
      }
    })
  })
})
