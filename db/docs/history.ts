import type { Step } from 'schema-site/history-page.ts'
import { firstComment, splitStatements } from 'schema-site/migration-notes.ts'
import { readSection } from '../migrations/files.ts'
import { committedLocks } from '../plan/lock-budget.ts'
import type { Sources } from './sources.ts'
import type { State } from './states.ts'

/** The migrations with their comments, locks and schema changes. */
export async function historySteps(states: readonly State[], sources: Sources): Promise<Step[]> {
  const locks = committedLocks()
  return Promise.all(
    states.map(async ({ file, model }) => {
      const up = readSection(file, 'up')?.sql ?? ''
      return {
        name: file.name,
        page: sources.show(`migrations/${file.name}`),
        comment: await firstComment(up),
        statements: (await splitStatements(up)).length,
        locks: locks.get(file.name) ?? [],
        down: await wayBack(readSection(file, 'down')?.sql ?? ''),
        model,
      }
    }),
  )
}

async function wayBack(sql: string): Promise<string> {
  const reason = /^--\s*irreversible:\s*(.+)$/m.exec(sql)?.[1]
  if (reason !== undefined) return `Irreversible: ${reason}`
  const { length } = await splitStatements(sql)
  return `Can be rolled back, by ${length === 1 ? 'one statement' : `${length} statements`}.`
}
