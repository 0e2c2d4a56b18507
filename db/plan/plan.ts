import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { accessInWords } from 'schema-change/access/compare.ts'
import { widens } from 'schema-change/access/widening.ts'
import { readCatalogAtOnce } from 'type-contract/catalog.ts'
import type { Change, Level } from 'type-contract/change.ts'
import { compareContracts, levelOf } from 'type-contract/compare.ts'
import { type Contract, contractOf } from 'type-contract/contract.ts'
import { INTENT } from '../access.ts'
import { findDrift } from '../drift/drift.ts'
import { readSchema } from '../facts/schema.ts'
import { LINT_SETTINGS } from '../lint/settings.ts'
import { migrationState, refuseProblems } from '../migrations/state.ts'
import { inRoot, root } from '../paths.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { withClone } from './clone.ts'
import { changedTogether } from './intent-commit.ts'
import { type FilePlan, planFile } from './plan-file.ts'

/** What `make migrate` would do. */
export interface Plan {
  /** The database it is about. */
  database: string
  files: readonly FilePlan[]
  /** What somebody changed by hand on the target, in words: the rehearsal does without it. */
  drifted: readonly string[]
  /** What changes for programs that use the types; undefined: nothing. */
  contract: { level: Level | undefined; changes: readonly Change[] }
  /** Why the migrations should not be deployed as they are. */
  problems: readonly string[]
}

/**
 * Rehearses the pending migrations on a throw-away database that has the applied ones. The target is read, and nothing of it is
 * changed. Where it differs from what its migrations make, the plan says so.
 *
 * @param server where the throw-away database is made
 */
export async function plan(
  target: ConnectionString,
  server: ConnectionString,
  folder = inRoot('migrations'),
  platform?: string,
): Promise<Plan> {
  const state = await migrationState(target, folder)
  refuseProblems(state, target.name, false)
  const { applied, pending } = state
  // Nothing is pending: there is nothing that drift could make otherwise.
  const differences = pending.length > 0 ? await findDrift(target, server, platform, folder) : []
  const contract = async (client: pg.Client): Promise<Contract> =>
    (await hasTables(client))
      ? contractOf(await readCatalogAtOnce(client, TYPES_SETTINGS), TYPES_SETTINGS)
      : { format: 1, relations: {}, functions: {} }
  return withClone(server, applied, (clone) =>
    withOwnerClient(clone, async (client) => {
      const facts = await readSchema()
      const before = await contract(client)
      const files: FilePlan[] = []
      for (const file of pending) files.push(await planFile(client, clone, file, facts))
      const changes = compareContracts(before, await contract(client))
      return {
        database: target.name,
        files,
        drifted: differences.map(({ words }) => words),
        contract: { level: levelOf(changes), changes },
        // Of the first deploy everything is new: db/access.ts says what there is to be.
        problems: applied.length === 0 ? [] : files.flatMap(problemsOf),
      }
    }),
  )
}

/** Before the first deploy there are none, and types are made of tables. */
async function hasTables(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from pg_class where relnamespace = to_regnamespace($1) and relkind in ('r', 'p') limit 1",
    [TYPES_SETTINGS.schema],
  )
  return rowCount === 1
}

function problemsOf({ file, access, saysWhy }: FilePlan): string[] {
  const more = access.filter((change) => widens(change, LINT_SETTINGS))
  const [first] = more
  if (!first) return []
  const what = `${file} gives more access (${accessInWords(first)}${more.length > 1 ? `, and ${more.length - 1} more` : ''})`
  const problems: string[] = []
  if (saysWhy.length === 0)
    problems.push(`${what} and does not say so: write "-- widens access: why" above the statement`)
  if (changedTogether(root, file, INTENT.file) === false)
    problems.push(`${what} and ${INTENT.file} did not change in the same commit: say there who may do what`)
  return problems
}
