import { loadModule, type ScanToken, scanSync } from 'libpg-query'
import type pg from 'pg'
import { fromQuery, type Mutant, type Operator } from './operator.ts'

const FUNCTIONS = `pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'auth'::regnamespace)
    and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')`

function altered(name: string, change: string, where = 'true'): Operator {
  return fromQuery(
    `function: ${name}`,
    `select oid::regprocedure::text as subject, format('alter function %s %s', oid::regprocedure, ${change}) as sql
    from ${FUNCTIONS} and ${where}`,
  )
}

const NAMED_USER = `'a0000000-0000-4000-8000-000000000000'::pg_catalog.uuid`

/** What a function's text becomes: each place where something is found, replaced, one at a time. */
type Rewrite = (tokens: readonly ScanToken[], text: string) => { start: number; end: number; by: string }[]

/** Functions whose text is rewritten. Places are found among PostgreSQL's own tokens, never in strings or comments. */
function rewritten(name: string, rewrite: Rewrite, where = 'true'): Operator {
  return {
    name: `function: ${name}`,
    mutants: async (client) =>
      (await readFunctions(client, where)).flatMap((each) => rewrites(name, each, rewrite)),
  }
}

interface StoredFunction {
  subject: string
  definition: string
  text: string
}

async function readFunctions(client: pg.Client, where: string): Promise<StoredFunction[]> {
  await loadModule()
  const { rows } = await client.query<StoredFunction>(
    `select oid::regprocedure::text as subject, pg_get_functiondef(oid) as definition, prosrc as text
    from ${FUNCTIONS} and ${where} order by 1`,
  )
  return rows
}

function rewrites(name: string, { subject, definition, text }: StoredFunction, rewrite: Rewrite): Mutant[] {
  // The scanner counts bytes.
  const bytes = Buffer.from(text)
  return rewrite(scanSync(text).tokens, text).map(({ start, end, by }, n) => {
    const changed = Buffer.concat([bytes.subarray(0, start), Buffer.from(by), bytes.subarray(end)]).toString()
    return {
      operator: `function: ${name}`,
      subject: n === 0 ? subject : `${subject} (${n + 1})`,
      sql: definition.replace(text, () => changed),
    }
  })
}

/** Places where the tokens stand in this order. */
function places(tokens: readonly ScanToken[], pattern: readonly string[]): { start: number; end: number }[] {
  return tokens.flatMap((first, at) => {
    const found = tokens.slice(at, at + pattern.length)
    const last = found.at(-1)
    const fits =
      found.length === pattern.length && found.every(({ text }, n) => pattern[n] === text.toLowerCase())
    return fits && last ? [{ start: first.start, end: last.end }] : []
  })
}

/** `documents.user_id = caller`: the comparison that makes a function answer the caller's own rows only. */
function ownerFilters(tokens: readonly ScanToken[]): { start: number; end: number }[] {
  return places(tokens, ['.', 'user_id', '=', 'caller']).flatMap(({ start, end }) => {
    const table = tokens.find((token) => token.end === start)
    return table ? [{ start: table.start, end }] : []
  })
}

/** A named user where the function asks who is calling. */
function constantInsteadOf(schema: string, name: string): Operator {
  return rewritten(`a constant instead of ${schema}.${name}()`, (tokens) =>
    places(tokens, [schema, '.', name, '(', ')']).map((place) => ({ ...place, by: NAMED_USER })),
  )
}

export const FUNCTION_OPERATORS: readonly Operator[] = [
  rewritten('without its owner filter', (tokens) =>
    ownerFilters(tokens).map((place) => ({ ...place, by: 'true' })),
  ),
  rewritten('owner filter negated', (tokens, text) =>
    ownerFilters(tokens).map((place) => ({
      ...place,
      by: `not (${Buffer.from(text).subarray(place.start, place.end)})`,
    })),
  ),
  rewritten('owner filter or nobody asks', (tokens, text) =>
    ownerFilters(tokens).map((place) => ({
      ...place,
      by: `(${Buffer.from(text).subarray(place.start, place.end)} or caller is null)`,
    })),
  ),
  constantInsteadOf('auth', 'uid'),
  constantInsteadOf('private', 'caller_id'),
  rewritten('an unqualified table', (tokens) =>
    places(tokens, ['public', '.']).map((place) => ({ ...place, by: '' })),
  ),
  fromQuery(
    'function: auth.uid() replaced',
    `select name as subject, replace(pg_get_functiondef('auth.uid()'::regprocedure),
        (select prosrc from pg_proc where oid = 'auth.uid()'::regprocedure), body) as sql
    from (values
        ('by a constant', $$ select ${NAMED_USER} $$),
        ('by null', $$ select null::pg_catalog.uuid $$),
        ('by a constant for nobody', $$ select coalesce(nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb ->> 'sub', 'a0000000-0000-4000-8000-000000000000')::pg_catalog.uuid $$),
        ('by another claim', $$ select (nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb ->> 'user_id')::pg_catalog.uuid $$),
        ('by a setting of the user''s', $$ select nullif(pg_catalog.current_setting('app.user_id', true), '')::pg_catalog.uuid $$)
    ) as bodies (name, body)`,
  ),
  fromQuery(
    'function: private.caller_id() replaced',
    `select name as subject, replace(pg_get_functiondef('private.caller_id()'::regprocedure),
        (select prosrc from pg_proc where oid = 'private.caller_id()'::regprocedure), ' begin return ' || answer || '; end ') as sql
    from (values
        ('by a constant', $$ ${NAMED_USER} $$),
        ('by null', $$ null $$),
        ('by a constant for nobody', $$ coalesce(auth.uid(), ${NAMED_USER}) $$),
        ('by auth.uid()', $$ auth.uid() $$),
        ('by a setting of the user''s', $$ nullif(pg_catalog.current_setting('app.user_id', true), '')::pg_catalog.uuid $$)
    ) as answers (name, answer)`,
  ),
  altered('security turned round', `case when prosecdef then 'security invoker' else 'security definer' end`),
  altered('without search_path', `'reset search_path'`, `proconfig is not null`),
  altered('search_path empty: pg_temp comes first', `'set search_path = '''''`, `proconfig is not null`),
  altered('search_path that others can fill', `'set search_path = public, pg_temp'`),
  altered('leakproof', `'leakproof'`),
  altered('the owner is a user', `'owner to authenticated'`),
  fromQuery(
    'function: dropped',
    `select oid::regprocedure::text as subject, format('drop function %s cascade', oid::regprocedure) as sql from ${FUNCTIONS}`,
  ),
  fromQuery(
    'function: trigger does nothing',
    `select oid::regprocedure::text as subject, replace(pg_get_functiondef(oid), prosrc, ' begin return new; end ') as sql
    from ${FUNCTIONS} and prorettype = 'trigger'::regtype`,
  ),
]
