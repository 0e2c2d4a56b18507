import { say } from 'command-line/terminal.ts'
import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { inTransaction } from 'postgres-kit/transaction.ts'

/**
 * A part of distributing a database. It reads from the catalogs what remains to be done, so it can be repeated, and an
 * interrupted run continues where it stopped.
 */
export interface Step {
  /** The state after the step, as a sentence. */
  name: string
  /** The remaining statements, in order. Writes nothing. */
  left(client: pg.ClientBase): Promise<string[]>
}

/** A step with its remaining statements. */
export interface PlannedStep {
  name: string
  statements: readonly string[]
}

/** The remaining statements of every step, as far as they are known before the first step has run. */
export async function planSteps(client: pg.ClientBase, steps: readonly Step[]): Promise<PlannedStep[]> {
  const planned: PlannedStep[] = []
  for (const { name, left } of steps) planned.push({ name, statements: await left(client) })
  return planned
}

/** The plan as readable SQL, with the steps as comments. */
export function planText(planned: readonly PlannedStep[]): string {
  return planned
    .flatMap(({ name, statements }, at) => [
      `-- ${at + 1}. ${name}${statements.length === 0 ? ': done' : ''}`,
      ...(statements.length === 0 ? [] : ['begin;', ...statements.map((sql) => `${sql};`), 'commit;']),
    ])
    .join('\n')
}

/**
 * Runs the remaining statements of each step in one transaction, and checks the step afterwards.
 *
 * @throws Failure (1) if a step that has run has remaining statements
 */
export async function runSteps(client: pg.ClientBase, steps: readonly Step[]): Promise<PlannedStep[]> {
  const run: PlannedStep[] = []
  for (const { name, left } of steps) {
    const statements = await left(client)
    if (statements.length > 0) {
      say(`${name}: ${statements.length} statements`)
      await inTransaction(client, async () => {
        for (const sql of statements) refuseFailures(await client.query<NodeResult>(sql), sql)
      })
      const [still] = await left(client)
      if (still !== undefined) throw failed(`the step "${name}" ran, but this remains to be done: ${still}`)
    }
    run.push({ name, statements })
  }
  return run
}

/** A row of run_command_on_workers and its relatives. Other results have none of these columns. */
interface NodeResult {
  success?: boolean
  result?: string | null
}

/** Throws the error of a node, which these functions return as a row. */
function refuseFailures({ rows }: pg.QueryResult<NodeResult>, sql: string): void {
  const refused = rows.find(({ success }) => success === false)
  if (refused) throw failed(`a node refused ${sql}\n  ${refused.result}`)
}
