import type { Allowance, Platform } from 'rls-judge/platform.ts'
import { BOOTSTRAP, becomes } from './bootstrap.ts'

const API = '(anon|authenticated|service_role)'
const PRIVILEGES = '[a-z]+(, [a-z]+)*'

/** The schema of the Supabase CLI's ledger, on any database. */
export const CLI_SCHEMA = { supabase_migrations: "the Supabase CLI's ledger" } as const

/** Schemas that Supabase creates and owns. Those after `vault` belong to products that are enabled in the dashboard. */
const SCHEMAS: Platform['foreignSchemas'] = {
  auth: 'accounts, which belong to Supabase Auth',
  extensions: 'extensions, and the functions behind the event triggers of the platform',
  graphql: 'pg_graphql',
  graphql_public: 'the function that the GraphQL API calls',
  pgbouncer: 'how the pooler looks up passwords',
  realtime: 'messages and subscriptions of Realtime',
  storage: 'files, which belong to Supabase Storage',
  ...CLI_SCHEMA,
  vault: 'secrets, encrypted',
  _analytics: 'logs, if the platform is self-hosted',
  _realtime: 'tenants of Realtime, if the platform is self-hosted',
  _supavisor: 'tenants of the pooler, if the platform is self-hosted',
  cron: 'pg_cron',
  net: 'pg_net',
  pgmq: 'queues',
  pgsodium: 'keys of older projects',
  pgsodium_masks: 'views of older projects',
  supabase_functions: 'webhooks',
}

const DEFAULTS: Allowance[] = [
  {
    line: new RegExp(`^${API} on new (tables|sequences|functions) in public: all$`),
    reason: 'granted in older projects; newer ones may lack them',
  },
  {
    line: /^postgres on new (tables|sequences|functions) in public: all$/,
    reason: "the project's owner may use what supabase_admin creates in public",
  },
  {
    line: /^(postgres|dashboard_user) on new (tables|sequences|functions) in (auth|cron|extensions|graphql|graphql_public|net|pgmq|realtime|storage|supabase_functions|vault): all( with grant option)?$/,
    reason: "the project's owner and the dashboard see what the platform creates in its schemas",
  },
  {
    line: new RegExp(
      `^${API} on new (tables|sequences|functions) in (graphql|graphql_public|storage|supabase_functions): all$`,
    ),
    reason: 'the services of these schemas act as the roles of the API; what exists there is compared too',
  },
]

const PLATFORM_PRIVILEGES: Allowance[] = [
  {
    line: new RegExp(`^${API}: ${PRIVILEGES} on storage\\.\\w+, behind policies$`),
    reason:
      'Storage acts as the caller; policies decide, and those are compared too. TRUNCATE and triggers need SQL access',
  },
  {
    line: new RegExp(
      `^${API}: (insert|select|update)(, (insert|select|update))* on realtime\\.messages, behind policies$`,
    ),
    reason: 'Realtime acts as the caller; policies decide who may join a channel',
  },
  {
    line: new RegExp(`^${API}: select on realtime\\.(schema_migrations|subscription), \\w+ policies$`),
    reason: 'Realtime reads as the caller which tables have subscriptions; it contains no row of the product',
  },
  {
    line: new RegExp(`^${API}: ${PRIVILEGES} on supabase_functions\\.\\w+, \\w+ policies$`),
    reason: 'webhooks that have run, by number; it contains no row of the product',
  },
]

// The condition of migrations/20261127090200_create_documents_bucket.sql, as PostgreSQL prints it.
const OWN_FILE =
  "((bucket_id = 'documents'::text) AND starts_with(name, ((( SELECT auth.uid() AS uid))::text || '/'::text)))"

const FILE_POLICIES: Allowance[] = (
  [
    ['select', OWN_FILE, ''],
    ['insert', '', OWN_FILE],
    ['update', OWN_FILE, OWN_FILE],
    ['delete', OWN_FILE, ''],
  ] as const
).map(([command, using, check]) => ({
  line: `documents_${command}_own on storage.objects: permissive for ${command} to authenticated using (${using}) with check (${check})`,
  reason: 'files of documents belong to the owner of the folder',
}))

/** What a project on Supabase has in addition to the intent. A string must be present, a match of a pattern may be. */
export const SUPABASE: Platform = {
  ...BOOTSTRAP,
  name: 'supabase',
  roles: {
    anon: ['inherit'],
    authenticated: ['inherit'],
    service_role: ['inherit', 'bypassrls'],
    authenticator: ['login'],
  },
  tables: { 'dbmate.schema_migrations': { rls: false }, 'dbmate.migration_log': { rls: false } },
  foreignSchemas: SCHEMAS,
  allowed: {
    'database privileges': [
      ...(BOOTSTRAP.allowed['database privileges'] ?? []),
      { line: /^dashboard_user: (connect|create|temporary)$/, reason: "the dashboard's role" },
    ],
    'default privileges': DEFAULTS,
    extensions: [
      ...(BOOTSTRAP.allowed.extensions ?? []),
      {
        line: /^(pgcrypto|uuid-ossp|pgjwt|pg_stat_statements) in extensions$/,
        reason: 'every project has them from the start',
      },
      { line: /^pg_graphql in graphql$/, reason: 'the GraphQL API, which obeys the policies' },
      { line: /^(supabase_vault in vault|pgsodium in pgsodium)$/, reason: 'secrets and their keys' },
    ],
    'extension members': [
      {
        line: / in (pg_graphql|pg_stat_statements|pgjwt|pgsodium|supabase_vault)$/,
        reason: 'views and functions in SQL, which these extensions ship',
      },
    ],
    memberships: [
      ...becomes(),
      {
        line: /^supabase_storage_admin is a member of authenticator$/,
        reason: 'Storage acts as the roles of the API',
      },
    ],
    'object owners': [
      {
        line: /^auth\.(uid|role|email|jwt)\(\) is owned by supabase_auth_admin$/,
        reason: 'Supabase Auth owns the identity functions',
      },
    ],
    'platform policies': FILE_POLICIES,
    'platform privileges': PLATFORM_PRIVILEGES,
    'powerful roles': [
      {
        line: /^supabase_(read_only_user|etl_admin) (is a member of pg_read_all_data|bypasses row level security)$/,
        reason:
          'logins of the platform that read for the dashboard and for replicas; no role of the API is one',
      },
    ],
    objects: [
      {
        line: /^event trigger (pgrst_(ddl|drop)_watch|issue_(graphql_placeholder|pg_(cron|graphql|net)_access)) in pg_catalog$/,
        reason:
          'they notify PostgREST of changes, and grant access to pg_cron, pg_graphql and pg_net when these are enabled',
      },
      {
        line: /^publication, which sends rows past row level security: supabase_realtime(_messages_publication)? in pg_catalog$/,
        reason: 'Realtime checks the policies for every row that it sends',
      },
    ],
    settings: [
      {
        line: /^authenticator: session_preload_libraries="?(safeupdate|supautils)("?, "?(safeupdate|supautils))?"?$/,
        reason: 'they refuse UPDATE and DELETE without WHERE, and changes of reserved roles',
      },
      {
        line: /^(authenticator|this database): pgrst\.(?!db_plan)/,
        reason: "PostgREST's configuration, without EXPLAIN",
      },
      { line: /^this database: app\.settings\./, reason: 'what the dashboard stores for functions' },
      {
        line: /^this database: search_path="\\\$user", public, extensions$/,
        reason: 'no schema of the API can be written',
      },
    ],
  },
}
