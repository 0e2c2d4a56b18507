import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { runSuite } from 'rls-judge/suite.ts'
import { bootstrap } from '../db/bootstrap.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { loadProject } from '../db/project.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { ATTACKS } from './support/attacks.ts'

test('the suite passes if the owner is not a superuser, as on Supabase, and leaves nothing behind', async () => {
  const server = maintenance(await findScratch())
  const suffix = randomBytes(4).toString('hex')
  const owner = `isolation_owner_${suffix}`
  const password = randomBytes(12).toString('hex')
  const database = withDatabase(server, `centrid_test_owner_${suffix}`)
  await withOwnerClient(server, (client) => createDatabase(client, database.database, 'template0'))
  try {
    await withOwnerClient(database, async (client) => {
      await bootstrap(client)
      // The attributes and privileges of Supabase's role "postgres".
      await client.query(`
        create role ${owner} login createrole bypassrls nosuperuser password '${password}';
        alter database ${client.escapeIdentifier(database.database)} owner to ${owner};
        grant anon, authenticated, service_role, authenticator to ${owner};
        grant usage on schema auth to ${owner};
        grant all on auth.users to ${owner};
        grant create, usage on schema extensions to ${owner};
        alter default privileges for role ${owner} in schema public grant all on tables to anon, authenticated, service_role;
        alter default privileges for role ${owner} in schema public grant all on sequences to anon, authenticated, service_role;
        alter default privileges for role ${owner} in schema public grant all on functions to anon, authenticated, service_role;
      `)
    })
    const url = new URL(database.url)
    url.username = owner
    url.password = password
    const asOwner = parseConnectionString(url.href)
    await migrate(asOwner, () => {})
    const before = await contents(database)
    const failures: string[] = []
    const summary = await runSuite(asOwner, await loadProject(asOwner, ATTACKS), {
      report: ({ file, failures: failed }) =>
        failures.push(...failed.map(({ name, diagnosis }) => `${file}: ${name}\n${diagnosis}`)),
    })
    assert.deepEqual(failures.slice(0, 20), [])
    assert.ok(summary.passed > 10_000)
    assert.equal(await contents(database), before)
  } finally {
    await withOwnerClient(server, async (client) => {
      await dropDatabase(client, database.database)
      await client.query(`drop role if exists ${owner}`)
    })
  }
})

/** Every object and every row count of the database. */
async function contents(database: Parameters<typeof withOwnerClient>[0]): Promise<string> {
  return withOwnerClient(database, async (client) => {
    const { rows } = await client.query(`
      select
        (select json_agg(nspname order by nspname) from pg_namespace where nspname !~ '^pg_(temp|toast_temp)_') as schemas,
        (select json_agg((oid, relname, relacl::text) order by oid) from pg_class where relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_')) as relations,
        (select json_agg((oid, proname, prosrc, proacl::text) order by oid) from pg_proc where oid >= 16384) as functions,
        (select json_agg((oid, rolname) order by oid) from pg_roles where rolname in ('anon', 'authenticated', 'service_role', 'authenticator')) as roles,
        (select count(*) from pg_largeobject_metadata) as objects,
        (select count(*) from auth.users) as accounts,
        (select count(*) from public.user_profiles) as profiles,
        (select count(*) from public.documents) as documents,
        (select count(*) from public.usage_events) as events
    `)
    return JSON.stringify(rows)
  })
}
