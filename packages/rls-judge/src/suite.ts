import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { codeOf, messageOf, misuse } from 'postgres-kit/failure.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { catalog } from './catalog.ts'
import { channels } from './channels.ts'
import type { Part, PartOptions, Verdict } from './check.ts'
import { escapes } from './escapes.ts'
import { forms } from './forms.ts'
import { API_ROLES } from './intent.ts'
import { matrix } from './matrix.ts'
import { pgtapFiles, runPgtap } from './pgtap.ts'
import { shadowing } from './shadowing.ts'

/** The checks written in TypeScript, the quick and exact one first. The pgTAP files come beside them. */
export const PARTS: readonly Part[] = [catalog, ...matrix, forms, channels, escapes, shadowing]

/** What came of one file. */
export interface FileReport {
  file: string
  passed: number
  failures: Verdict[]
  milliseconds: number
}

export interface SuiteOptions extends PartOptions {
  /** Stop at the first failure. */
  bail?: boolean
  /** Only files whose name contains this. */
  only?: string
  /** Told of each file when it is done. */
  report?: (file: FileReport) => void
}

export interface Summary {
  passed: number
  failed: number
}

/**
 * Judges a migrated database as it stands: its catalog against db/access.ts, then what every caller really gets.
 * Everything happens in transactions that are rolled back.
 *
 * @param database the owner's connection string
 */
export async function runSuite(database: ConnectionString, options: SuiteOptions = {}): Promise<Summary> {
  await checkLogin(database)
  const summary: Summary = { passed: 0, failed: 0 }
  const bail = options.bail === true
  const chosen = (file: string) => options.only === undefined || file.includes(options.only)
  const over = () => bail && summary.failed > 0
  const count = (report: FileReport) => {
    summary.passed += report.passed
    summary.failed += report.failures.length
    options.report?.(report)
  }
  const parts = PARTS.filter(({ file }) => chosen(file))
  const runParts = async (some: Part[]) => {
    for (let part = some.shift(); part && !over(); part = some.shift()) {
      count(await runPart(database, part, options, over))
    }
  }
  const runFiles = async () => {
    const files = pgtapFiles().filter(chosen)
    if (files.length === 0 || over()) return
    for await (const report of runPgtap(database, files, bail ? { bail: 1 } : {})) {
      count(report)
      if (over()) return
    }
  }
  // The catalog first, by itself: it is quick and exact, and pgTAP is not loaded yet.
  await runParts(parts.filter((part) => part === catalog))
  const rest = parts.filter((part) => part !== catalog)
  const files = runFiles()
  // Who stops at the first failure wants it soon: the files are quicker than the rest.
  if (bail) await files
  await Promise.all([runParts(rest), runParts(rest), files])
  return summary
}

/** The suite acts as every role of the API, and adds accounts. */
async function checkLogin(database: ConnectionString): Promise<void> {
  await withOwnerClient(database, async (client) => {
    const { rows } = await client.query<{ lacks: string }>(
      `with accounts as (
         select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'auth' and c.relname = 'users'
       )
       select 'grant ' || role || ' to ' || quote_ident(current_user) as lacks
       from unnest($1::text[]) role
       where exists (select from pg_roles where rolname = role) and not pg_has_role(role, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)
       union all
       select 'grant usage on schema auth to ' || quote_ident(current_user)
       from accounts where not has_schema_privilege('auth', 'usage')
       union all
       select 'grant insert, delete on auth.users to ' || quote_ident(current_user)
       from accounts where not (has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'delete'))
       union all
       select 'alter role ' || quote_ident(current_user) || ' bypassrls'
       from accounts where row_security_active(oid)`,
      [API_ROLES],
    )
    if (rows.length === 0) return
    throw misuse(
      `${database.name} cannot act as the callers of the API. As a superuser: ${rows.map(({ lacks }) => lacks).join('; ')}`,
    )
  })
}

async function runPart(
  database: ConnectionString,
  part: Part,
  { bail = false, exhaustive = false }: SuiteOptions,
  over: () => boolean,
): Promise<FileReport> {
  const start = performance.now()
  const report: FileReport = { file: part.file, passed: 0, failures: [], milliseconds: 0 }
  const client = await connectOwner(database)
  try {
    await client.query("begin; set local lock_timeout = '10s'")
    for await (const verdict of part.run(client, { exhaustive })) {
      if (verdict.diagnosis === undefined) report.passed += 1
      else report.failures.push(verdict)
      if (over() || (bail && report.failures.length > 0)) break
    }
  } catch (error) {
    // A database that breaks a check breaks a promise.
    report.failures.push({ name: 'runs to its end', diagnosis: `${messageOf(error)} (${codeOf(error)})` })
  } finally {
    await client.query('rollback').catch(() => {})
    await client.end().catch(() => {})
  }
  report.milliseconds = performance.now() - start
  return report
}
