import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import type { Project } from 'rls-judge/project.ts'
import type { SuiteOptions, Summary } from 'rls-judge/suite.ts'
import { citus } from 'rls-judge/wire/citus.ts'
import { runWireSuite } from 'rls-judge/wire/suite.ts'
import { onCoordinator, onWorker } from '../platforms/citus.ts'
import { actAs, DISTRIBUTED_COLUMNS } from './act-as.ts'

/** The isolation suite on a distributed database. */
export function judgeDistributed(
  database: ConnectionString,
  project: Project,
  options: SuiteOptions,
): Promise<Summary> {
  const wire = citus(actAs, DISTRIBUTED_COLUMNS, onWorker(project.platform))
  return runWireSuite(database, onCoordinator(project), wire, options)
}
