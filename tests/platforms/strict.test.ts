import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { runSuite } from 'rls-judge/suite.ts'
import { inRoot } from '../../db/paths.ts'
import { SUPABASE } from '../../db/platforms/supabase.ts'
import { projectOf } from '../../db/project.ts'
import { ATTACKS } from '../support/attacks.ts'
import { withSupabaseDatabase } from './shaped-database.ts'

test('if postgres may not become the login, the suite runs as the other roles and reports the skipped one', async () => {
  await withSupabaseDatabase(async (database, admin) => {
    await withOwnerClient(admin, (client) =>
      client.query(readFileSync(inRoot('tests', 'platforms', 'strict.sql'), 'utf8')),
    )
    const failures: string[] = []
    const { passed, leftOut } = await runSuite(database, await projectOf(SUPABASE, ATTACKS), {
      report: ({ file, failures: failed }) =>
        failures.push(...failed.map(({ name, diagnosis }) => `${file}: ${name}\n${diagnosis}`)),
    })
    assert.deepEqual(failures, [])
    assert.deepEqual(leftOut, ['authenticator'])
    assert.ok(passed > 20_000, `${passed} passed`)
    await withOwnerClient(admin, (client) => client.query('revoke service_role from postgres'))
    await assert.rejects(
      runSuite(database, await projectOf(SUPABASE, ATTACKS)),
      /cannot switch to the API roles\. Run as a superuser: grant service_role to postgres$/,
    )
  })
})
