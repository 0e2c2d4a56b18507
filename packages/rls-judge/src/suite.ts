import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { codeOf, environmentError, messageOf } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { catalog } from './catalog.ts'
import { channels } from './channels.ts'
import type { FileReport, Part, PartOptions, Verdict } from './check.ts'
import { disagreements } from './disagreement.ts'
import { escapes } from './escapes.ts'
import { forms } from './forms.ts'
import { API_ROLES, LOGIN } from './intent.ts'
import { connectLimited, LIMIT_MS } from './limit.ts'
import { matrix } from './matrix.ts'
import { runPgtap } from './pgtap.ts'
import type { Project } from './project.ts'
import { cannotBecome } from './session.ts'
import { shadowing } from './shadowing.ts'

/** The checks in TypeScript, the fastest first. The pgTAP files run in parallel. */
export function partsOf(project: Project): readonly [Part, ...Part[]] {
  return [
    catalog(project),
    ...matrix(project),
    forms(project),
    channels(project),
    escapes(project),
    shadowing(project),
  ]
}

export interface SuiteOptions extends PartOptions {
  /** Stop at the first failure. */
  bail?: boolean
  /** Only files whose name contains this. */
  only?: string
  /** Time limit of a statement in milliseconds; default 30,000. */
  limitMs?: number
  /** Called with each file when it is done. */
  report?: (file: FileReport) => void
}

export interface Summary {
  passed: number
  failed: number
  /** Roles that the login may not become. Their attempts were left out. */
  leftOut: string[]
}

/**
 * Tests a migrated database without changing it: first it compares the catalog with the intent, then it tries what each
 * role can do. All transactions are rolled back. If the intent and the database have different tables or columns, only
 * that is reported.
 *
 * @param database the owner's connection string
 */
export async function runSuite(
  database: ConnectionString,
  project: Project,
  options: SuiteOptions = {},
): Promise<Summary> {
  const { limitMs = LIMIT_MS } = options
  const summary: Summary = { passed: 0, failed: 0, leftOut: await checkLogin(database, project) }
  const bail = options.bail === true
  const chosen = (file: string) => options.only === undefined || file.includes(options.only)
  const over = () => bail && summary.failed > 0
  const count = (report: FileReport) => {
    summary.passed += report.passed
    summary.failed += report.failures.length
    options.report?.(report)
  }
  const start = performance.now()
  const failures = await withOwnerClient(database, (client) => disagreements(client, project.intent))
  if (failures.length > 0) {
    count({ file: project.intent.file, passed: 0, failures, milliseconds: performance.now() - start })
    return summary
  }
  const runParts = async (some: Part[]) => {
    for (let part = some.shift(); part && !over(); part = some.shift())
      count(await runPart(database, part, { ...options, limitMs }, over))
  }
  const runFiles = async () => {
    const { folder = '', files = [] } = project.pgtap ?? {}
    const some = files.filter(chosen)
    if (some.length === 0 || over()) return
    for await (const report of runPgtap(database, folder, some, limitMs, bail ? { bail: 1 } : {})) {
      count(report)
      if (over()) return
    }
  }
  const [first, ...rest] = partsOf(project)
  // Run the catalog checks alone first: they are quick and exact, and pgTAP is not loaded yet.
  await runParts([first].filter(({ file }) => chosen(file)))
  const queue = rest.filter(({ file }) => chosen(file))
  const files = runFiles()
  // To stop at the first failure, run the quicker files first.
  if (bail) await files
  await Promise.all([runParts(queue), runParts(queue), files])
  return summary
}

/**
 * Checks that the login can become every role of the API and add accounts. Returns the roles that can be left out: in newer
 * Supabase projects, only the platform may become the API's login, which has no privileges of its own.
 */
async function checkLogin(database: ConnectionString, { platform }: Project): Promise<string[]> {
  const { schema, table } = platform.accounts
  return withOwnerClient(database, async (client) => {
    const others = await cannotBecome(client, API_ROLES)
    const { rows } = await client.query<{ lacks: string }>(
      `with accounts as (
         select c.oid, format('%I.%I', n.nspname, c.relname) as name, n.nspname
         from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $2 and c.relname = $3
       )
       select 'grant ' || role || ' to ' || quote_ident(current_user) as lacks
       from unnest($1::text[]) role
       union all
       select format('grant usage on schema %I to %I', nspname, current_user)
       from accounts where not has_schema_privilege(nspname, 'usage')
       union all
       select format('grant insert, delete on %s to %I', name, current_user)
       from accounts where not (has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'delete'))
       union all
       select 'alter role ' || quote_ident(current_user) || ' bypassrls'
       from accounts where row_security_active(oid)`,
      [others.filter((role) => role !== LOGIN), schema, table],
    )
    if (rows.length === 0) return others
    throw environmentError(
      `${database.name} cannot switch to the API roles. Run as a superuser: ${rows.map(({ lacks }) => lacks).join('; ')}`,
    )
  })
}

/**
 * An error in a check counts as a failure: the database made it.
 *
 * @param statement the statement that ran into the limit
 */
export function failureOf(error: unknown, statement: string | undefined, limitMs: number): Verdict {
  return statement === undefined
    ? { name: 'runs to its end', diagnosis: `${messageOf(error)} (${codeOf(error)})` }
    : {
        name: `a statement was ended after ${limitMs / 1000} s, and what follows it in this file was not run`,
        diagnosis: `Something that it calls does not return: a policy, a function, a cast or a trigger.\n${statement}`,
      }
}

async function runPart(
  database: ConnectionString,
  part: Part,
  { bail = false, exhaustive = false, limitMs }: SuiteOptions & { limitMs: number },
  over: () => boolean,
): Promise<FileReport> {
  const start = performance.now()
  const report: FileReport = { file: part.file, passed: 0, failures: [], milliseconds: 0 }
  const { client, endedStatement, close } = await connectLimited(database, limitMs)
  try {
    await client.query("begin; set local lock_timeout = '10s'")
    for await (const verdict of part.run(client, { exhaustive })) {
      if (verdict.diagnosis === undefined) report.passed += 1
      else report.failures.push(verdict)
      if (over() || (bail && report.failures.length > 0)) break
    }
  } catch (error) {
    report.failures.push(failureOf(error, await endedStatement(error), limitMs))
  } finally {
    await close()
  }
  report.milliseconds = performance.now() - start
  return report
}
