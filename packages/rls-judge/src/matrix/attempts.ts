import pg from 'pg'
import type { Verdict } from '../check.ts'
import { Ended } from '../limit.ts'
import type { Actor } from './actors.ts'
import type { Need } from './needs.ts'
import { MOVED, matches } from './outcomes.ts'
import type { Shape } from './shapes.ts'

/** One cell of the matrix: who tries what, and the expected outcome. */
export interface Cell {
  name: string
  actor: Actor
  sql: string
  /** A number of rows, an SQLSTATE, `any` (any number of rows: only the permission is tested) or `refused`. */
  expected: string
  /** Values of the table's anchor column whose rows must not change. */
  untouched: readonly string[]
  shape: Shape
  /** It names no row: only the policies choose the rows that it writes. */
  sweeping?: true
  /** What it needs, for lists of cells; undefined if it neither reads nor writes rows. */
  need?: Need
}

/** Runs statements as an actor, each in a subtransaction that is rolled back: many fit into one round trip. */
const ATTEMPT = `
  create or replace function pg_temp.attempt(
    acting_role text, claims text, statement text, watch text, owners text, out outcome text, out message text, out state text
  )
  language plpgsql
  as $$
  declare
    affected bigint;
  begin
    -- statement_timeout covers the whole batch: once it has fired, nothing would end a later statement
    if current_setting('rls_judge.ended', true) = 'yes' then
      return;
    end if;
    perform set_config('request.jwt.claims', claims, true);
    perform set_config('role', acting_role, true);
    execute statement;
    get diagnostics affected = row_count;
    perform set_config('role', 'none', true);
    outcome := affected;
    if owners <> '{}' then
      state := pg_temp.state(watch, owners);
    end if;
    raise sqlstate 'UNDO0';
  exception
    when sqlstate 'UNDO0' then null;
    when query_canceled then
      outcome := sqlstate;
      perform set_config('rls_judge.ended', 'yes', true);
    when others then
      outcome := sqlstate;
      message := sqlerrm;
  end
  $$;

  -- every value of the rows, and xmin: a row that was written again with the same values differs
  create or replace function pg_temp.state(watch text, owners text) returns text
  language plpgsql
  as $$
  declare
    state text;
  begin
    execute watch into state using owners;
    return state;
  end
  $$;
`

export async function prepareAttempts(client: pg.Client): Promise<void> {
  await client.query(ATTEMPT)
}

/**
 * Tries every cell. All cells must be about one table. Writing cells run last, because they leave dead rows,
 * which slow down reads.
 */
export async function* tryCells(client: pg.Client, given: readonly Cell[]): AsyncGenerator<Verdict> {
  const writes = ({ expected, sql }: Cell) =>
    (expected === '1' || expected === MOVED) && !sql.startsWith('select')
  const cells = [...given.filter((cell) => !writes(cell)), ...given.filter(writes)]
  const watch = watchOf(cells)
  const { rows } = await client.query<{ owners: string; state: string }>(
    'select owners, pg_temp.state($1, owners) as state from unnest($2::text[]) owners',
    [watch, [...new Set(cells.map(ownersOf))]],
  )
  const before = new Map(rows.map(({ owners, state }) => [owners, state]))
  for (let start = 0; start < cells.length; start += BATCH)
    yield* tryBatch(client, cells.slice(start, start + BATCH), watch, before)
}

/** Cells per statement: few enough to stay far below the time limit, enough to save round trips. */
const BATCH = 500

async function* tryBatch(
  client: pg.Client,
  cells: readonly Cell[],
  watch: string,
  before: ReadonlyMap<string, string>,
): AsyncGenerator<Verdict> {
  const { rows } = await client.query<Attempt>(
    `select attempt.outcome, attempt.message, attempt.state
     from unnest($1::text[], $2::text[], $3::text[], $4::text[])
       with ordinality as cell (role, claims, sql, owners, place)
     cross join lateral pg_temp.attempt(role, claims, sql, $5, owners) attempt
     order by place`,
    [
      cells.map(({ actor }) => actor.role),
      cells.map(({ actor }) => actor.claims),
      cells.map(({ sql }) => sql),
      cells.map(ownersOf),
      watch,
    ],
  )
  for (const [index, cell] of cells.entries()) {
    const row = rows[index]
    if (row?.outcome === CANCELED) throw new Ended(`${cell.name}\nas ${cell.actor.role}: ${cell.sql}`)
    yield verdictOn(cell, row, before.get(ownersOf(cell)))
  }
}

/** What came of a cell. */
export interface Attempt {
  outcome: string
  message: string | null
  state: string | null
}

const CANCELED = '57014'

function ownersOf({ untouched }: Cell): string {
  return `{${untouched.join(',')}}`
}

/** What an attempt says of a cell. `before` is the state of the rows that must be as they were. */
export function verdictOn(cell: Cell, row: Attempt | undefined, before: string | undefined): Verdict {
  const diagnosis: string[] = []
  if (!row || !matches(row.outcome, cell.expected)) {
    diagnosis.push(
      `have: ${say(row?.outcome)}${row?.message ? ` ${row.message}` : ''}`,
      `want: ${say(cell.expected)}`,
    )
  }
  const changed = typeof row?.state === 'string' && row.state !== before
  if (changed) diagnosis.push("another user's row was changed")
  if (diagnosis.length === 0) return { name: cell.name }
  const verdict = {
    name: cell.name,
    diagnosis: [...diagnosis, `as ${cell.actor.role}: ${cell.sql}`].join('\n'),
  }
  return changed || !row ? verdict : { ...verdict, code: row.outcome }
}

/** A query whose result changes with the watched rows; $1: values of the anchor column, as an array literal. */
export function watchOf([cell]: readonly Cell[]): string {
  if (!cell) return 'select null'
  const { table, id, anchor } = cell.shape
  return `select md5(coalesce(string_agg(xmin || t::text, ',' order by ${pg.escapeIdentifier(id.name)}), '')) from ${table} t where ${pg.escapeIdentifier(anchor.name)} = any ($1::${anchor.type}[])`
}

function say(outcome: string | undefined): string {
  if (outcome === undefined) return 'nothing'
  return outcome.length === 5 ? `SQLSTATE ${outcome}` : `${outcome} rows`
}
