import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { findServer } from 'postgres-kit/find-server.ts'
import { runSuite } from 'rls-judge/suite.ts'
import { inRoot } from '../db/paths.ts'
import { withSupabaseServer } from '../db/platforms/shaped-server.ts'
import { SUPABASE } from '../db/platforms/supabase.ts'
import { projectOf } from '../db/project.ts'
import { readSettings } from '../db/settings.ts'
import { showCounts, showFile, showLeftOut } from '../db/show-report.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand({ options: { only: { type: 'string' } } }, async ({ values }) => {
  const { supabaseUrl } = readSettings()
  const counts = { passed: 0, failed: 0 }
  const judge = async (database: ConnectionString) => {
    const project = await projectOf(SUPABASE, inRoot('.build', 'attacks'))
    showLeftOut(await runSuite(database, project, { ...values, report: (file) => showFile(file, counts) }))
  }
  if (supabaseUrl !== undefined) await judge(await findServer(supabaseUrl, 'SUPABASE_DB_URL'))
  else await withSupabaseServer(say, (server) => withThrowawayDatabase(server, judge, 'supabase'))
  showCounts(counts)
})
