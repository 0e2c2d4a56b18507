import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { accessInWords } from 'schema-change/access/compare.ts'
import { isOutsideIntent, widens } from 'schema-change/access/widening.ts'
import { readCatalogAtOnce } from 'type-contract/catalog.ts'
import type { Change, Level } from 'type-contract/change.ts'
import { compareContracts, levelOf } from 'type-contract/compare.ts'
import { type Contract, contractOf } from 'type-contract/contract.ts'
import { INTENT } from '../access.ts'
import { findDriftInWords } from '../drift/drift.ts'
import { readSchema } from '../facts/schema.ts'
import { LINT_SETTINGS } from '../lint/settings.ts'
import { migrationState, refuseProblems } from '../migrations/state.ts'
import { inRoot, root } from '../paths.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { withClone } from './clone.ts'
import { changedTogether } from './intent-commit.ts'
import { type FilePlan, planFile } from './plan-file.ts'

/** The effects that `make migrate` would have. */
export interface Plan {
  /** Name of the target database. */
  database: string
  files: readonly FilePlan[]
  /** Changes made on the target by hand, in words. The rehearsal does not include them. */
  drifted: readonly string[]
  /** Changes for programs that use the types; undefined if there are none. */
  contract: { level: Level | undefined; changes: readonly Change[] }
  /** Reasons not to deploy the migrations. */
  problems: readonly string[]
}

/**
 * Rehearses the pending migrations on a throw-away database that has the applied ones. The target is only read. If it differs
 * from the result of its migrations, the plan says so.
 *
 * @param server where the throw-away database is created
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
  // Without pending migrations, drift does not matter.
  const drifted = pending.length > 0 ? await findDriftInWords(target, server, platform, folder) : []
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
        drifted,
        contract: { level: levelOf(changes), changes },
        // In the first deploy everything is new, and db/access.ts lists all of it.
        problems: applied.length === 0 ? [] : files.flatMap(problemsOf),
      }
    }),
  )
}

/** Before the first deploy there are no tables, and types need at least one. */
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
  if (!more.every(isOutsideIntent) && changedTogether(root, file, INTENT.file) === false)
    problems.push(`${what} and ${INTENT.file} did not change in the same commit: say there who may do what`)
  return problems
}
