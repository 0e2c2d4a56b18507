import type pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Actor } from './actors.ts'

/** One cell of the matrix: who tries what, and what must come of it. */
export interface Cell {
  name: string
  actor: Actor
  sql: string
  /** Number of rows, as text, or an SQLSTATE; `any` row count where only the permission counts. */
  expected: string
  /** Account ids whose rows of `table` must be as they were. */
  untouched: readonly string[]
  table: string
}

/** Runs one statement as somebody, in a subtransaction that is undone: thousands fit into one round trip. */
const ATTEMPT = `
  create function pg_temp.attempt(
    acting_role text, claims text, statement text, watched text, owners text, out outcome text, out message text, out state text
  )
  language plpgsql
  as $$
  declare
    affected bigint;
  begin
    perform set_config('request.jwt.claims', claims, true);
    perform set_config('role', acting_role, true);
    execute statement;
    get diagnostics affected = row_count;
    perform set_config('role', 'none', true);
    outcome := affected;
    if owners <> '{}' then
      state := pg_temp.state(watched, owners::uuid[]);
    end if;
    raise sqlstate 'UNDO0';
  exception
    when sqlstate 'UNDO0' then null;
    when others then
      outcome := sqlstate;
      message := sqlerrm;
  end
  $$;

  -- every value of the rows, and xmin: a row that was written again with the same values differs
  create function pg_temp.state(watched text, owners uuid[]) returns text
  language plpgsql
  as $$
  declare
    state text;
  begin
    execute format(
      'select md5(coalesce(string_agg(xmin || t::text, '','' order by id), '''')) from public.%I t where user_id = any ($1)', watched
    ) into state using owners;
    return state;
  end
  $$;
`

export async function prepareAttempts(client: pg.Client): Promise<void> {
  await client.query(ATTEMPT)
}

/**
 * Tries every cell. The cells must be about one table. Those that write come last: what they wrote is undone, and
 * yet lies in the way of whoever reads the table after them.
 */
export async function* tryCells(client: pg.Client, given: readonly Cell[]): AsyncGenerator<Verdict> {
  const writes = ({ expected, sql }: Cell) => expected === '1' && !sql.startsWith('select')
  const cells = [...given.filter((cell) => !writes(cell)), ...given.filter(writes)]
  const owners = cells.map(({ untouched }) => `{${untouched.join(',')}}`)
  const { rows: before } = await client.query<{ owners: string; state: string }>(
    'select owners, pg_temp.state($1, owners::uuid[]) as state from unnest($2::text[]) owners',
    [cells[0]?.table, [...new Set(owners)]],
  )
  const states = new Map(before.map(({ owners, state }) => [owners, state]))
  const { rows } = await client.query<{ outcome: string; message: string | null; state: string | null }>(
    `select attempt.outcome, attempt.message, attempt.state
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
       with ordinality as cell (role, claims, sql, watched, owners, place)
     cross join lateral pg_temp.attempt(role, claims, sql, watched, owners) attempt
     order by place`,
    [
      cells.map(({ actor }) => actor.role),
      cells.map(({ actor }) => actor.claims),
      cells.map(({ sql }) => sql),
      cells.map(({ table }) => table),
      owners,
    ],
  )
  for (const [index, cell] of cells.entries()) {
    const row = rows[index]
    const diagnosis: string[] = []
    if (!row || !matches(row.outcome, cell.expected)) {
      diagnosis.push(
        `have: ${say(row?.outcome)}${row?.message ? ` ${row.message}` : ''}`,
        `want: ${say(cell.expected)}`,
      )
    }
    if (row?.state && row.state !== states.get(owners[index] ?? ''))
      diagnosis.push("another user's row was changed")
    yield diagnosis.length === 0
      ? { name: cell.name }
      : { name: cell.name, diagnosis: [...diagnosis, `as ${cell.actor.role}: ${cell.sql}`].join('\n') }
  }
}

function matches(outcome: string, expected: string): boolean {
  return expected === 'any' ? outcome.length < 5 : outcome === expected
}

function say(outcome: string | undefined): string {
  if (outcome === undefined) return 'nothing'
  return outcome.length === 5 ? `SQLSTATE ${outcome}` : `${outcome} rows`
}
