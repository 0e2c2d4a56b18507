import type pg from 'pg'
import type { Verdict } from '../check.ts'
import { type Cell, verdictOn, watchOf } from '../matrix/attempts.ts'
import { resetRows } from '../matrix/fixtures.ts'
import { type Attempt, attemptsOn } from '../session.ts'
import type { Stage } from '../stage.ts'

/**
 * Tries every cell in a transaction of its own. Inside it, nobody can look at the rows of others, so what is undone is judged
 * by its row count. A statement that names no row is committed, the rows of others are compared, and all rows are reset.
 */
export async function* tryOnWire(
  client: pg.Client,
  stage: Stage,
  cells: readonly Cell[],
): AsyncGenerator<Verdict> {
  for (const cell of cells) {
    if (cell.sweeping && cell.expected !== '42501' && !cell.sql.startsWith('select')) {
      yield await sweep(client, stage, cell)
      continue
    }
    const { code, message } = await stage.attempt(cell.actor, cell.sql)
    yield verdictOn(cell, { outcome: code, message, state: null }, undefined)
  }
}

async function sweep(client: pg.Client, stage: Stage, cell: Cell): Promise<Verdict> {
  const before = await readState(client, cell)
  const { code, message } = await keeping(client, stage)(cell.actor, cell.sql)
  const state = await readState(client, cell)
  await resetRows(client, stage.shapes, stage.fixtures)
  return verdictOn(cell, { outcome: code, message, state }, before)
}

/** The same attempts, committed. After an error, COMMIT rolls back. */
function keeping(client: pg.Client, { platform: { wire } }: Stage): Attempt {
  if (!wire) throw new Error('only a server with one transaction for each caller commits what it tries')
  const { enter, keep } = wire.transport.lasting
  return attemptsOn(client, { enter, undo: keep.join('; ') })
}

/** One query for each person: rows of two people may be on two nodes. */
async function readState(client: pg.Client, cell: Cell): Promise<string> {
  const states: string[] = []
  for (const owner of cell.untouched) {
    const { rows } = await client.query<{ md5: string }>(watchOf([cell]), [[owner]])
    states.push(String(rows[0]?.md5))
  }
  return states.join()
}
