import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { catalog } from 'rls-judge/catalog.ts'
import { INTENT } from '../../db/access.ts'
import { SUPABASE } from '../../db/platforms/supabase.ts'
import { withSupabaseDatabase } from './shaped-database.ts'

/** Objects that the platform has in some projects, and that must be accepted. */
const LEGITIMATE = [
  ...['safeupdate', 'supautils, safeupdate', 'safeupdate, supautils', 'supautils'].map(
    (libraries) => `alter role authenticator set session_preload_libraries = ${libraries}`,
  ),
  'alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated, service_role',
  "alter role authenticator set pgrst.db_schemas = 'public, graphql_public'",
  'create publication supabase_realtime_messages_publication',
  'grant select, insert, update on storage.buckets to authenticated',
]

/** Changes that the platform does not make, with a pattern of the line that reports them. */
const BREAKS: readonly (readonly [sql: string, line: RegExp])[] = [
  ['grant select on auth.users to authenticated', /authenticated: select on auth\.users, behind policies/],
  ['grant select (email) on auth.users to anon', /anon: select on auth\.users \(email\), behind policies/],
  ['grant create on schema auth to authenticated', /authenticated: create( in schema auth|$)/m],
  ['revoke usage on schema auth from anon', /missing: +anon: usage/],
  ['alter function auth.uid() security definer', /should not be: security definer/],
  ['alter function auth.uid() owner to authenticated', /is owned by authenticated/],
  [
    "create function extensions.rows() returns bigint language sql security definer as 'select count(*) from public.documents'",
    /public: executes extensions\.rows\(\) with the rights of supabase_admin/,
  ],
  [
    'create policy everybody on auth.users for select to anon using (true)',
    /everybody on auth\.users: permissive for select to anon using \(true\)/,
  ],
  ...(['select', 'insert', 'update', 'delete'] as const).flatMap(
    (command) =>
      [
        [
          `drop policy documents_${command}_own on storage.objects`,
          new RegExp(`missing: +documents_${command}_own`),
        ],
        [
          `alter policy documents_${command}_own on storage.objects to public`,
          new RegExp(`for ${command} to public`),
        ],
        ...(command === 'insert'
          ? []
          : [
              [
                `alter policy documents_${command}_own on storage.objects using (true)`,
                /using \(true\)/,
              ] as const,
            ]),
        ...(command === 'insert' || command === 'update'
          ? [
              [
                `alter policy documents_${command}_own on storage.objects with check (true)`,
                /with check \(true\)/,
              ] as const,
            ]
          : []),
      ] as const,
  ),
  [
    'create policy more on storage.objects for select to authenticated using (true)',
    /more on storage\.objects/,
  ],
  ['create policy more on storage.buckets for select to anon using (true)', /more on storage\.buckets/],
  ['alter table storage.objects disable row level security', /on storage\.objects, without policies/],
  ['alter role anon noinherit', /missing: +inherit/],
  ['create extension dblink with schema extensions', /dblink in extensions/],
  ['grant postgres to dashboard_user', /dashboard_user is a member of postgres/],
  ['grant anon to dashboard_user', /dashboard_user is a member of anon/],
  ['alter role dashboard_user bypassrls', /dashboard_user bypasses row level security/],
  ['create publication everything for all tables', /past row level security: everything/],
  [
    'create event trigger spy on ddl_command_end execute function extensions.pgrst_ddl_watch()',
    /event trigger spy/,
  ],
  [
    "alter role authenticator set session_preload_libraries = 'auto_explain'",
    /authenticator: session_preload_libraries=auto_explain/,
  ],
  ["alter role authenticator set pgrst.db_plan_enabled = 'true'", /pgrst\.db_plan_enabled/],
  [
    'alter default privileges for role postgres in schema auth grant all on tables to anon',
    /anon on new tables in auth/,
  ],
  [
    'alter default privileges for role postgres grant select on tables to dashboard_user',
    /dashboard_user on new tables in every schema/,
  ],
]

test('objects of the platform are accepted, and everything else is reported', async () => {
  await withSupabaseDatabase(async (_, admin) => {
    await withOwnerClient(admin, async (client) => {
      for (const sql of LEGITIMATE) assert.equal(await foundAfter(client, sql), '', sql)
      for (const [sql, line] of BREAKS) assert.match(await foundAfter(client, sql), line, sql)
    })
  })
})

/** The failures of the catalog checks, as postgres, after a statement that is then reverted. */
async function foundAfter(client: pg.Client, sql: string): Promise<string> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('set local role postgres')
    const found: string[] = []
    for await (const { name, diagnosis } of catalog({ intent: INTENT, platform: SUPABASE }).run(client, {}))
      if (diagnosis !== undefined) found.push(`${name}\n${diagnosis}`)
    return found.join('\n')
  } finally {
    await client.query('rollback')
  }
}
