import type { Allowance, Platform } from 'rls-judge/platform.ts'

/** Every role may call the identity functions. As on Supabase, they set no search_path. */
const ASKS_WHO = ['security invoker', 'no search_path set', 'public: execute']

/** What `make bootstrap` creates in a plain PostgreSQL, allowed in addition to the intent. */
export const BOOTSTRAP: Platform = {
  name: 'bootstrap',
  accounts: { schema: 'auth', table: 'users', column: 'id' },
  identity: 'auth.uid()',
  roles: { anon: [], authenticated: [], service_role: ['bypassrls'], authenticator: ['login'] },
  ledger: 'dbmate.schema_migrations',
  tables: {
    'dbmate.schema_migrations': { rls: false },
    'dbmate.migration_log': { rls: false },
    'auth.users': { rls: true },
  },
  functions: {
    'auth.uid()': ASKS_WHO,
    'auth.role()': ASKS_WHO,
    'auth.email()': ASKS_WHO,
    'auth.jwt()': ASKS_WHO,
  },
  schemas: ['auth', 'extensions'],
  foreignSchemas: {},
  allowed: {
    'database privileges': [
      {
        line: 'public: connect',
        reason: "PostgreSQL's default; a connection without a role has no privileges",
      },
      { line: 'public: temporary', reason: "PostgreSQL's default; docs/isolation.md, Temporary objects" },
    ],
    'default privileges': supabaseDefaults(),
    extensions: [
      { line: 'btree_gin in extensions', reason: 'search has one index over account and words' },
      { line: 'plpgsql in pg_catalog', reason: 'PostgreSQL has it from the start' },
    ],
    memberships: becomes(),
  },
}

/** The API's login becomes one of its three roles. */
export function becomes(): Allowance[] {
  return ['anon', 'authenticated', 'service_role'].map((role) => ({
    line: `authenticator is a member of ${role}`,
    reason: "the API's login becomes one of its roles, one transaction at a time",
  }))
}

function supabaseDefaults(): Allowance[] {
  return ['tables', 'sequences', 'functions'].flatMap((kind) =>
    ['anon', 'authenticated', 'service_role'].map((role) => ({
      line: `${role} on new ${kind} in public: all`,
      reason: 'Supabase grants this: a migration that forgets to revoke is found here',
    })),
  )
}
