import type pg from 'pg'
import type { Command, Intent } from './intent.ts'
import type { Cell } from './matrix/attempts.ts'
import { tableCells } from './matrix/cells.ts'
import type { Need } from './matrix/needs.ts'
import type { Platform } from './platform.ts'
import { setStage } from './stage.ts'

/** A cell of the matrix for display: who tries what, and the expected outcome. */
export interface ListedCell {
  table: string
  role: string
  actor: string
  /** Undefined if the statement neither reads nor writes rows. */
  command: Command | 'truncate' | undefined
  /** Columns on which it needs a privilege; empty if it is about whole rows. */
  columns: readonly string[]
  form: string
  expected: string
}

/** Lists every cell of the tables without trying it. Leaves nothing in the database. */
export async function listCells(
  client: pg.Client,
  project: { intent: Intent; platform: Platform },
): Promise<ListedCell[]> {
  await client.query('begin')
  try {
    const { shapes, fixtures, actors } = await setStage(client, project)
    return shapes.flatMap((shape) => [...tableCells(shape, fixtures, actors, false)].map(listed))
  } finally {
    await client.query('rollback')
  }
}

function listed({ name, actor, expected, shape, need }: Cell): ListedCell {
  const form = name.slice(actor.name.length + 2)
  return {
    table: shape.name,
    role: actor.role,
    actor: actor.name,
    command: need ? commandOf(need) : form.startsWith('truncate ') ? 'truncate' : undefined,
    columns: need ? columnsOf(need, form, shape.name) : [],
    form,
    expected: expected.length === 5 ? `SQLSTATE ${expected}` : (OUTCOMES[expected] ?? `${expected} rows`),
  }
}

const OUTCOMES: Readonly<Record<string, string>> = {
  1: '1 row',
  0: 'no row',
  any: 'any number of rows',
  moved: '1 row, or SQLSTATE 23503',
  refused: 'no row, or a refusal',
}

function commandOf(need: Need): Command {
  if (need.insert) return 'insert'
  if (need.update || need.updateAny) return 'update'
  return need.delete ? 'delete' : 'select'
}

/** Reads the column of a SELECT from the cell's name: `select orders.total, the row of ada`. */
function columnsOf({ insert = [], update = [] }: Need, form: string, table: string): readonly string[] {
  const written = [...insert, ...update]
  if (written.length > 0) return written
  const start = [`select ${table}.`, `select by ${table}.`].find((each) => form.startsWith(each))
  const end = form.lastIndexOf(', ')
  return start === undefined || end < 0 ? [] : [form.slice(start.length, end)]
}
