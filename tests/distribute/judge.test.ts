import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { FileReport } from 'rls-judge/check.ts'
import type { SuiteOptions } from 'rls-judge/suite.ts'
import { judgeDistributed } from '../../db/distribute/judge.ts'
import { BOOTSTRAP } from '../../db/platforms/bootstrap.ts'
import { projectOf } from '../../db/project.ts'
import { ATTACKS } from '../support/attacks.ts'
import { connection, prepareCluster, skip } from './cluster.ts'

/** A hole, the SQL that mends it, and the part that must find it. */
type Hole = [part: string, sql: string, undo: string]

const owner = '(user_id = auth.uid())'
const HOLES: readonly Hole[] = [
  [
    'matrix.ts documents',
    'alter policy documents_select_own on public.documents using (true)',
    `alter policy documents_select_own on public.documents using ${owner}`,
  ],
  // Citus makes it permissive on the workers.
  [
    'matrix.ts documents',
    "create policy named on public.documents as restrictive for select to authenticated using (filename <> '')",
    'drop policy named on public.documents',
  ],
  [
    'matrix.ts document_chunks',
    'alter policy document_chunks_update_own on public.document_chunks using (true) with check (true)',
    `alter policy document_chunks_update_own on public.document_chunks using ${owner} with check ${owner}`,
  ],
  [
    'matrix.ts agent_sessions',
    'alter policy agent_sessions_delete_own on public.agent_sessions using (true)',
    `alter policy agent_sessions_delete_own on public.agent_sessions using ${owner}`,
  ],
  [
    'matrix.ts usage_events',
    'alter policy usage_events_insert_own on public.usage_events with check (true)',
    `alter policy usage_events_insert_own on public.usage_events with check ${owner}`,
  ],
  [
    'matrix.ts user_profiles',
    'grant update (plan_type) on public.user_profiles to authenticated',
    'revoke update (plan_type) on public.user_profiles from authenticated',
  ],
  [
    'matrix.ts agent_requests',
    'grant insert (token_cost) on public.agent_requests to authenticated',
    'revoke insert (token_cost) on public.agent_requests from authenticated',
  ],
  [
    'matrix.ts usage_events',
    'grant delete on public.usage_events to service_role',
    'revoke delete on public.usage_events from service_role',
  ],
  [
    'matrix.ts documents',
    'alter table public.documents disable row level security',
    'alter table public.documents enable row level security',
  ],
  [
    'matrix.ts agent_sessions',
    "select run_command_on_placements('public.agent_sessions', 'alter table %s disable row level security')",
    "select run_command_on_placements('public.agent_sessions', 'alter table %s enable row level security')",
  ],
  ['forms.ts', 'grant select on public.documents to anon', 'revoke select on public.documents from anon'],
  // The statistics of a shard are shown by EXPLAIN, and nothing of the coordinator's catalog says so.
  [
    'channels.ts',
    "select run_command_on_placements('public.documents', 'alter table %s alter content_text set statistics 100'), run_command_on_placements('public.documents', 'analyze %s')",
    "select run_command_on_placements('public.documents', 'alter table %s alter content_text set statistics 0'), run_command_on_placements('public.documents', 'delete from pg_statistic where starelid = ''%s''::regclass')",
  ],
  [
    'catalog.ts',
    "select run_command_on_placements('public.documents', 'grant select on %s to anon')",
    "select run_command_on_placements('public.documents', 'revoke select on %s from anon')",
  ],
  [
    'catalog.ts',
    "select run_command_on_placements('public.documents', 'alter table %s alter content_text set statistics 100')",
    "select run_command_on_placements('public.documents', 'alter table %s alter content_text set statistics 0')",
  ],
  [
    'catalog.ts',
    "select run_command_on_workers('set citus.enable_ddl_propagation = off; alter role anon bypassrls')",
    "select run_command_on_workers('set citus.enable_ddl_propagation = off; alter role anon nobypassrls')",
  ],
  [
    'escapes.ts',
    'grant pg_read_all_data to authenticated with admin option',
    'revoke pg_read_all_data from authenticated',
  ],
]

describe('the isolation suite on a distributed database', { skip }, () => {
  before(prepareCluster)

  async function judge(options: SuiteOptions): Promise<{ reports: FileReport[]; passed: number }> {
    const reports: FileReport[] = []
    const project = await projectOf(BOOTSTRAP, ATTACKS)
    const { passed } = await judgeDistributed(connection, project, {
      ...options,
      report: (report) => reports.push(report),
    })
    return { reports, passed }
  }

  test('every attempt ends as db/access.ts says', async () => {
    const { reports, passed } = await judge({ exhaustive: process.env.TEST_LONG === '1' })
    const failures = reports.flatMap(({ file, failures }) =>
      failures.map(({ name, diagnosis }) => `${file}: ${name}\n${diagnosis}`),
    )
    assert.deepEqual(failures.slice(0, 50), [], `${failures.length} of ${passed + failures.length} failed`)
    assert.ok(passed > 20_000, `${passed} attempts`)
  })

  for (const [part, sql, undo] of HOLES) {
    test(`it finds: ${sql}`, async () => {
      const only = `packages/rls-judge/src/${part}`
      await withOwnerClient(connection, async (client) => {
        await client.query(sql)
        try {
          const { reports } = await judge({ only, bail: true })
          assert.notDeepEqual(
            reports.flatMap(({ failures }) => failures),
            [],
          )
        } finally {
          await client.query(undo)
        }
      })
    })
  }
})
