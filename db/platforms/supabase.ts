import type { Platform } from 'rls-judge/platform.ts'
import { BOOTSTRAP, becomes } from './bootstrap.ts'

const KEPT = 'Supabase makes and keeps it'

/** Schemas that only Supabase has, and keeps itself. */
const SCHEMAS = [
  '_analytics',
  '_realtime',
  '_supavisor',
  'auth',
  'cron',
  'extensions',
  'graphql',
  'graphql_public',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'pgsodium_masks',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'vault',
]

/** Event triggers of the platform, which tell PostgREST of changes and open pg_cron, pg_graphql and pg_net. */
const EVENT_TRIGGERS =
  /^event trigger (pgrst_(ddl|drop)_watch|issue_(graphql_placeholder|pg_(cron|graphql|net)_access)) in pg_catalog$/

/** What a project on Supabase has beside the intent. */
export const SUPABASE: Platform = {
  ...BOOTSTRAP,
  name: 'supabase',
  tables: { 'dbmate.schema_migrations': { rls: false }, 'dbmate.migration_log': { rls: false } },
  functions: {},
  foreignSchemas: Object.fromEntries(SCHEMAS.map((schema) => [schema, KEPT])),
  allowed: {
    'role attributes': [
      {
        line: /^(anon|authenticated|service_role): inherit$/,
        reason:
          'made without, and altered later; none of them is a member of anything that it could inherit from',
      },
    ],
    'database privileges': [
      ...(BOOTSTRAP.allowed['database privileges'] ?? []),
      { line: /^dashboard_user: (connect|create|temporary)$/, reason: "the dashboard's login" },
    ],
    'default privileges': [
      {
        line: /^(anon|authenticated|service_role) on new (tables|sequences|functions) in public: all$/,
        reason: 'granted to older projects; newer ones may be made without',
      },
      {
        line: /^postgres on new (tables|sequences|functions) in public: all$/,
        reason: 'what supabase_admin makes in public, the owner of the project may use',
      },
      { line: / in (?!public:|private:|dbmate:|every schema)\w+: /, reason: "the platform's own schemas" },
    ],
    extensions: [{ line: /./, reason: 'extensions are turned on in the dashboard' }],
    'extension members': [
      { line: /./, reason: 'the platform adds wrappers to the extensions that it ships' },
    ],
    memberships: [
      ...becomes(),
      {
        line: /^supabase_\w+ is a member of (anon|authenticated|service_role|authenticator)( and inherits its privileges)?$/,
        reason: 'services of the platform act as the roles of the API',
      },
    ],
    'object owners': [{ line: /^/, reason: 'schemas auth and extensions belong to the platform' }],
    'owner members': [{ line: /^supabase_\w+ is a member of /, reason: KEPT }],
    'powerful roles': [
      { line: /^(supabase_\w+|dashboard_user|postgres|pgbouncer) /, reason: 'roles of the platform' },
    ],
    objects: [
      { line: EVENT_TRIGGERS, reason: KEPT },
      {
        line: /^publication, which sends rows past row level security: supabase_realtime\w* in pg_catalog$/,
        reason: 'Realtime asks the policies for every row that it sends',
      },
    ],
    settings: [
      {
        line: /^authenticator: session_preload_libraries=/,
        reason: 'safeupdate, supautils: they refuse more',
      },
      { line: /^[^:]+: pgrst\.(?!db_plan)/, reason: "PostgREST's configuration, without EXPLAIN" },
      { line: /^[^:]+: app\.settings\./, reason: 'what the dashboard stores for functions' },
      {
        line: /^[^:]+: search_path="\\\$user", public, extensions$/,
        reason: 'no schema of the API can be written',
      },
    ],
    subscriptions: [{ line: /./, reason: 'replicas of the platform' }],
  },
}
