import { loadModule, scanSync } from 'libpg-query'
import { fromQuery, type Mutant, type Operator, select } from './operator.ts'
import { CALLER, OWNER_COLUMNS, OWNERS, TABLES } from './parts.ts'
import type { Scope } from './scope.ts'
import { places, replaced } from './tokens.ts'

const POLICIES = `(
    select
        polrelid as relation, polname, pg_get_expr(polqual, polrelid) as qual, pg_get_expr(polwithcheck, polrelid) as with_check,
        case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as cmd,
        format('%I on %s', polname, polrelid::regclass) as policy,
        (select string_agg(case when role = 0 then 'public' else quote_ident(pg_get_userbyid(role)) end, ', ') from unnest(polroles) as role) as grantees
    from pg_policy
    where polrelid in (select oid from ${TABLES})
) as policies`

/** Changes each policy; `sql` is an expression over POLICIES. */
function changed(name: string, sql: string, where = 'true'): Operator {
  return fromQuery(
    `policy: ${name}`,
    `select policy as subject, 'policy ' || policy as object, ${sql} as sql from ${POLICIES} cross join scope where ${where}`,
  )
}

/** Alters each policy; `change` is the rest of `alter policy`. */
function altered(name: string, change: string, where?: string): Operator {
  return changed(name, `format('alter policy %s %s', policy, ${change})`, where)
}

/** Drops each policy and creates it again with another definition. */
function remade(name: string, definition: string, where?: string): Operator {
  return changed(name, `format('drop policy %s; create policy %s %s', policy, policy, ${definition})`, where)
}

/** The two expressions of a policy: the clause, and the column of POLICIES that has it. */
const CLAUSES = [
  ['using', 'qual'],
  ['with check', 'with_check'],
] as const

/** Replaces each expression of a policy by one derived from it. */
function expressions(name: string, replacement: (expression: string) => string): Operator[] {
  return CLAUSES.map(([clause, column]) =>
    altered(
      `${name} (${clause})`,
      `format('${clause} (%s)', ${replacement(column)})`,
      `${column} is not null and ${replacement(column)} <> ${column}`,
    ),
  )
}

/**
 * Replaces each expression of a policy by one with the first of these columns: %1$s is the old expression, %2$I the
 * column, %3$s the caller.
 */
function withColumn(name: string, columns: string, expression: string): Operator[] {
  return expressions(
    name,
    (before) =>
      `(select format('${expression}', ${before}, attname, ${CALLER})
        from (select attname from ${columns} attrelid = relation order by attnum limit 1) as columns)`,
  )
}

const ATTRIBUTES = 'pg_attribute where attnum > 0 and not attisdropped and'
const CALLER_TYPE = `atttypid = (select caller_type::regtype from scope)`
const IS_OWNER = `(attrelid, attnum) in (select attrelid, attnum from ${OWNER_COLUMNS})`

/** The condition that the owner of the row also owns a row of another table, the first by name. */
const OWNS_ELSEWHERE = `(
    select format('%I in (select elsewhere.%I from %s as elsewhere)', own.attname, other.attname, other.attrelid::regclass)
    from (select * from ${OWNER_COLUMNS}) as own join (select * from ${OWNER_COLUMNS}) as other using (atttypid)
    where own.attrelid = relation and other.attrelid <> relation
    order by other.attrelid::regclass::text, other.attnum, own.attnum limit 1
)`

/** Replaces the owner column by each other column of the same type. */
const SWAPPED: Operator[] = CLAUSES.map(([clause, column]) =>
  fromQuery(
    `policy: own column swapped (${clause})`,
    `select format('%s to %I', policy, attname) as subject, 'policy ' || policy as object,
        format('column %s.%I', relation::regclass, attname) as also,
        format('alter policy %s ${clause} (%I = %s)', policy, attname, ${CALLER}) as sql
    from ${POLICIES} join pg_attribute on attrelid = relation and attnum > 0 and not attisdropped
    where ${column} is not null and ${CALLER_TYPE} and not ${IS_OWNER}`,
  ),
)

interface PolicyExpression {
  policy: string
  expression: string
}

/** Replaces the caller in a policy by a constant account. */
const CONSTANT_USER: Operator[] = CLAUSES.map(([clause, column]) => ({
  name: `policy: a constant user (${clause})`,
  mutants: async (client, scope) => {
    await loadModule()
    const rows = await select<PolicyExpression>(
      client,
      scope,
      `select policy, ${column} as expression from ${POLICIES} where ${column} is not null order by 1`,
    )
    return rows.flatMap(({ policy, expression }) => constantUser(scope, clause, policy, expression))
  },
}))

function constantUser(scope: Scope, clause: string, policy: string, expression: string): Mutant[] {
  const { caller } = scope
  const call = scanSync(caller.expression).tokens.map(({ text }) => text)
  const found = places(scanSync(expression).tokens, call)
  if (found.length === 0) return []
  const constant = `'${caller.someone}'::${caller.type}`
  return [
    {
      operator: `policy: a constant user (${clause})`,
      subject: policy,
      objects: [`policy ${policy}`],
      sql: `alter policy ${policy} ${clause} (${replaced(
        expression,
        found.map((place) => ({ ...place, by: constant })),
      )})`,
    },
  ]
}

/** Both expressions of a policy, unchanged. */
const AS_THEY_ARE = `concat(' using (' || qual || ')', ' with check (' || with_check || ')')`

const EXTRA = fromQuery(
  'policy: one more, for everything',
  `select format('%I for %s to %I', relname, command, role) as subject, 'table ' || pg_class.oid::regclass as object,
      format('create policy extra on %s for %s to %s%s%s', pg_class.oid::regclass, command, role,
          case when command <> 'insert' then ' using (true)' end,
          case when command in ('insert', 'update', 'all') then ' with check (true)' end) as sql
  from (select oid, relname from ${TABLES}) as pg_class
  cross join unnest(array['select', 'insert', 'update', 'delete', 'all']) as command
  cross join (
      select quote_ident(signed_in) as role from scope union all select quote_ident(anonymous) from scope union all select 'public'
  ) as roles`,
)

export const POLICY_OPERATORS: readonly Operator[] = [
  changed('dropped', `'drop policy ' || policy`),
  ...expressions('true', () => `'true'`),
  ...expressions('negated', (expression) => `format('not (%s)', ${expression})`),
  ...expressions('or nobody asks', (expression) => `format('(%s) or %s is null', ${expression}, ${CALLER})`),
  ...withColumn(
    'or the row is old',
    `${ATTRIBUTES} atttypid = 'timestamptz'::regtype and attnotnull and`,
    '(%1$s) or %2$I <= now()',
  ),
  ...withColumn('or nobody owns the row', `${OWNER_COLUMNS} where`, '(%1$s) or %2$I is null'),
  ...withColumn(
    'or another column names the caller',
    `${ATTRIBUTES} ${CALLER_TYPE} and not ${IS_OWNER} and`,
    '(%1$s) or %2$I = %3$s',
  ),
  ...CONSTANT_USER,
  ...withColumn(
    'only that there is a user',
    `${OWNER_COLUMNS} where`,
    '%2$I is not null and %3$s is not null',
  ),
  ...expressions('any user who owns a row elsewhere', () => OWNS_ELSEWHERE),
  ...SWAPPED,
  remade(
    'with check dropped',
    `format('for %s to %s%s', cmd, grantees, ' using (' || qual || ')')`,
    'with_check is not null',
  ),
  altered('to public', `'to public'`),
  altered('to the anonymous as well', `format('to %s, %I', grantees, anonymous)`),
  altered('to the server instead', `format('to %I', server)`),
  altered('to the login instead', `format('to %I', login)`),
  remade('for all commands', `format('for all to %s using (%s)', grantees, coalesce(qual, with_check))`),
  remade('restrictive', `format('as restrictive for %s to %s%s', cmd, grantees, ${AS_THEY_ARE})`),
  EXTRA,
  fromQuery(
    'row level security: disabled',
    `select oid::regclass::text as subject, 'table ' || oid::regclass as object,
        format('alter table %s disable row level security', oid::regclass) as sql
    from ${TABLES} and relrowsecurity`,
  ),
  fromQuery(
    'row level security: the owner is a user',
    `select format('%s to %I', oid::regclass, role) as subject, 'table ' || oid::regclass as object,
        format('alter table %s owner to %I', oid::regclass, role) as sql
    from (select oid from ${TABLES}) as tables cross join ${OWNERS}`,
  ),
]
