import { loadModule, type ScanToken, scanSync } from 'libpg-query'
import type pg from 'pg'
import { fromQuery, type Mutant, type Operator, select } from './operator.ts'
import { CALLER_FUNCTIONS, FUNCTIONS, OWNER_COLUMNS } from './parts.ts'
import type { Scope } from './scope.ts'
import { closing, type Place, places, type Replacement, replaced, textAt } from './tokens.ts'

const OBJECT = `'function ' || oid::regprocedure as object`

function altered(name: string, change: string, where = 'true'): Operator {
  return fromQuery(
    `function: ${name}`,
    `select oid::regprocedure::text as subject, ${OBJECT},
        format('alter routine %s %s', oid::regprocedure, ${change}) as sql
    from ${FUNCTIONS} and ${where}`,
  )
}

/** A function's tokens and the names to look for. */
interface Reading {
  tokens: readonly ScanToken[]
  text: string
  scope: Scope
  /** Names of the owner columns. */
  owners: ReadonlySet<string>
  /** Functions that return the caller. */
  callers: readonly CallerFunction[]
}

interface CallerFunction {
  schema: string
  name: string
}

/** Returns replacements in a function's text. Each one becomes a mutant. */
type Rewrite = (reading: Reading) => Replacement[]

/** An operator that rewrites the text of functions. It searches PostgreSQL's tokens, never strings or comments. */
function rewritten(name: string, rewrite: Rewrite): Operator {
  return {
    name: `function: ${name}`,
    mutants: async (client, scope) => {
      await loadModule()
      const columns = await select<{ attname: string }>(client, scope, `select attname from ${OWNER_COLUMNS}`)
      const owners = new Set(columns.map(({ attname }) => attname))
      const callers = await select<CallerFunction>(
        client,
        scope,
        `select nspname as schema, proname as name from ${CALLER_FUNCTIONS} order by 1, 2`,
      )
      return (await readFunctions(client, scope)).flatMap((each) =>
        rewrites(
          name,
          each,
          rewrite({ ...each, tokens: scanSync(each.text).tokens, scope, owners, callers }),
        ),
      )
    },
  }
}

interface StoredFunction {
  subject: string
  definition: string
  text: string
}

async function readFunctions(client: pg.Client, scope: Scope): Promise<StoredFunction[]> {
  return select<StoredFunction>(
    client,
    scope,
    `select oid::regprocedure::text as subject, pg_get_functiondef(oid) as definition, prosrc as text
    from ${FUNCTIONS} and prosqlbody is null order by 1`,
  )
}

function rewrites(
  name: string,
  { subject, definition, text }: StoredFunction,
  found: readonly Replacement[],
): Mutant[] {
  return found.map((place, n) => ({
    operator: `function: ${name}`,
    subject: n === 0 ? subject : `${subject} (${n + 1})`,
    objects: [`function ${subject}`],
    sql: definition.replace(text, () => replaced(text, [place])),
  }))
}

/** `notes.author = caller`: the comparison that restricts a function to the caller's own rows. */
function ownerFilters({ tokens, owners }: Reading): Place[] {
  return tokens.flatMap((token, at) => {
    const before = tokens[at - 1]
    const table = before?.text === '.' ? tokens[at - 2] : undefined
    const operator = tokens[at + 1]?.text.toLowerCase()
    const last = operator === '=' || operator === 'in' ? operand(tokens, at + 2) : undefined
    const assigned = tokens[table ? at - 3 : at - 1]?.text.toLowerCase() === 'set'
    return owners.has(token.text) && last && !assigned
      ? [{ start: (table ?? token).start, end: last.end }]
      : []
  })
}

/** The last token of the value compared with a column: a variable, a call, a query; undefined for a column of another table. */
function operand(tokens: readonly ScanToken[], first: number): ScanToken | undefined {
  let at = first
  // A query and a list begin with a parenthesis; a call and `any (…)` have a name before it.
  if (tokens[at]?.text !== '(') {
    const qualified = tokens[at + 1]?.text === '.'
    if (qualified) at += 2
    if (tokens[at + 1]?.text !== '(') return qualified ? undefined : tokens[at]
    at++
  }
  const end = closing(tokens, at)
  return end === undefined ? undefined : tokens[end]
}

/** Replaces a function's owner filter, also in an invoker function, where row level security applies as well. */
function ownerFilter(name: string, by: (filter: string, caller: string) => string): Operator {
  return rewritten(name, (reading) =>
    ownerFilters(reading).map((place) => ({
      ...place,
      by: by(textAt(reading.text, place), reading.scope.caller.expression),
    })),
  )
}

const someone = ({ caller }: Scope) => `'${caller.someone}'::${caller.type}`

/** Expressions that replace the result of a function that returns the caller. */
const ANSWERS = `(
    select name, expression from scope cross join lateral (values
        ('by a constant', format('%L::%s', someone, caller_type)),
        ('by null', format('null::%s', caller_type)),
        ('by a constant for nobody', format(
            'coalesce(nullif(pg_catalog.current_setting(%L, true), '''')::pg_catalog.jsonb ->> %L, %L)::%s',
            claims, subject, someone, caller_type)),
        ('by another claim', format(
            '(nullif(pg_catalog.current_setting(%L, true), '''')::pg_catalog.jsonb ->> ''account'')::%s', claims, caller_type)),
        ('by a setting of the user''s', format('nullif(pg_catalog.current_setting(''app.account'', true), '''')::%s', caller_type)),
        ('by the platform''s', caller)
    ) as answers (name, expression)
) as answers`

export const FUNCTION_OPERATORS: readonly Operator[] = [
  ownerFilter('without its owner filter', () => 'true'),
  ownerFilter('owner filter negated', (filter) => `not (${filter})`),
  ownerFilter('owner filter or nobody asks', (filter, caller) => `(${filter} or ${caller} is null)`),
  rewritten('a constant instead of who is calling', ({ tokens, callers, scope }) =>
    callers
      .flatMap(({ schema, name }) => places(tokens, [schema, '.', name, '(', ')']))
      .toSorted((a, b) => a.start - b.start)
      .map((place) => ({ ...place, by: someone(scope) })),
  ),
  rewritten('an unqualified table', ({ tokens, scope }) =>
    scope.exposed
      .flatMap((schema) => places(tokens, [schema, '.']))
      .toSorted((a, b) => a.start - b.start)
      .map((place) => ({ ...place, by: '' })),
  ),
  fromQuery(
    'function: who is calling, replaced',
    `select format('%s %s', pg_proc.oid::regprocedure, name) as subject, 'function ' || pg_proc.oid::regprocedure as object,
        replace(pg_get_functiondef(pg_proc.oid), prosrc,
            case lanname when 'sql' then format(' select %s ', expression) else format(' begin return %s; end ', expression) end) as sql
    from ${CALLER_FUNCTIONS} join pg_proc using (oid) join pg_language on pg_language.oid = prolang and lanname in ('sql', 'plpgsql')
    cross join scope cross join ${ANSWERS}
    where prosqlbody is null and not (expression = caller and pg_proc.oid::regprocedure::text = caller)`,
  ),
  altered('security turned round', `case when prosecdef then 'security invoker' else 'security definer' end`),
  altered('without search_path', `'reset search_path'`, `proconfig is not null`),
  altered('search_path empty: pg_temp comes first', `'set search_path = '''''`, `proconfig is not null`),
  altered(
    'search_path that others can fill',
    `format('set search_path = %s, pg_temp', (select string_agg(quote_ident(name), ', ') from scope, unnest(exposed) as name))`,
  ),
  altered('leakproof', `'leakproof'`, `prokind = 'f'`),
  altered('the owner is a user', `format('owner to %I', (select signed_in from scope))`),
  fromQuery(
    'function: dropped',
    `select oid::regprocedure::text as subject, ${OBJECT}, format('drop routine %s cascade', oid::regprocedure) as sql from ${FUNCTIONS}`,
  ),
  fromQuery(
    'function: trigger does nothing',
    `select oid::regprocedure::text as subject, ${OBJECT}, replace(pg_get_functiondef(oid), prosrc, ' begin return new; end ') as sql
    from ${FUNCTIONS} and prorettype = 'trigger'::regtype`,
  ),
]
