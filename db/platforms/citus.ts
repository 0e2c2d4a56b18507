import type { Intent } from 'rls-judge/intent.ts'
import type { Allowance, Platform } from 'rls-judge/platform.ts'
import type { Project } from 'rls-judge/project.ts'
import { ACCOUNTS } from '../distribute/accounts.ts'
import { ROLES } from '../distribute/logins.ts'

/** The project as `make distribute` leaves it on the coordinator. */
export function onCoordinator(project: Project): Project {
  return { ...project, intent: withCluster(project.intent), platform: coordinator(project.platform) }
}

/** What a worker has of it: neither accounts nor a ledger, and the privilege that every new shard needs. */
export function onWorker(platform: Platform): Platform {
  const { tables, allowed, ...rest } = coordinator(platform)
  return {
    ...rest,
    tables: { [ACCOUNTS]: { rls: true } },
    allowed: { ...allowed, 'default privileges': INSERT },
  }
}

const PINNED = 'search_path=pg_catalog, pg_temp'

function withCluster(intent: Intent): Intent {
  return { ...intent, schemas: { ...intent.schemas, cluster: ['authenticator'] } }
}

/** The platform as `make distribute` leaves it on the coordinator. */
export function coordinator(platform: Platform): Platform {
  const { allowed } = platform
  const roles = { ...platform.roles }
  for (const role of ROLES) roles[role] = [...roles[role], 'login']
  return {
    ...platform,
    identityInPolicies: platform.identity,
    roles,
    tables: { ...platform.tables, [ACCOUNTS]: { rls: true } },
    functions: {
      ...platform.functions,
      'private.keep_accounts()': ['security definer', PINNED],
      'cluster.act_as(text,text)': ['security invoker', PINNED, 'authenticator: execute'],
    },
    foreignSchemas: { ...platform.foreignSchemas, ...CITUS_SCHEMAS },
    allowed: {
      ...allowed,
      'default privileges': [],
      extensions: [
        ...(allowed.extensions ?? []),
        { line: 'citus in pg_catalog', reason: 'the tables are distributed' },
      ],
      'extension members': [...(allowed['extension members'] ?? []), ...MEMBERS],
      objects: [
        ...(allowed.objects ?? []),
        { line: /^relation pg_dist_\w+ in pg_catalog$/, reason: 'indexes of the tables of Citus' },
      ],
    },
  }
}

const CITUS_SCHEMAS = { citus: 'belongs to Citus', citus_internal: 'belongs to Citus' }

/** An object without a schema is in pg_catalog. */
const MEMBERS: readonly Allowance[] = [
  {
    line: /^[a-z ]+ ((citus|citus_internal)\.)?[^.(]+(\(.*\))? in citus$/,
    reason: 'Citus puts its objects into pg_catalog and its own schemas',
  },
  { line: 'view public.citus_tables in citus', reason: 'Citus puts it there; only the owner may read it' },
  { line: 'view public.citus_schemas in citus', reason: 'Citus puts it there; only the owner may read it' },
]

const INSERT: readonly Allowance[] = [
  {
    line: 'authenticated on new tables in public: insert',
    reason: 'Citus adds the defaults of other columns; the coordinator checks the columns',
  },
]
