import type { Platform } from '../../src/platform.ts'

/** What platform.sql adds to a plain PostgreSQL. */
export const PLATFORM: Platform = {
  name: 'plain',
  accounts: { schema: 'identity', table: 'people', column: 'id' },
  identity: 'identity.caller()',
  roles: { anon: [], authenticated: [], service_role: ['bypassrls'], authenticator: ['login'] },
  ledger: 'ops.history',
  tables: { 'ops.history': { rls: false }, 'identity.people': { rls: true } },
  functions: {
    'identity.caller()': ['security invoker', 'search_path=pg_catalog, pg_temp', 'public: execute'],
  },
  schemas: ['identity'],
  foreignSchemas: {},
  allowed: {
    'database privileges': [
      { line: 'public: connect', reason: "PostgreSQL's default" },
      { line: 'public: temporary', reason: "PostgreSQL's default" },
    ],
    extensions: [{ line: 'plpgsql in pg_catalog', reason: 'PostgreSQL has it from the start' }],
    memberships: ['anon', 'authenticated', 'service_role'].map((role) => ({
      line: `authenticator is a member of ${role}`,
      reason: "the API's login becomes one of its roles",
    })),
  },
}
