import { fromQuery, type Operator } from './operator.ts'

const POLICIES = `
with policies as (
    select
        tablename, policyname, lower(cmd) as cmd, qual, with_check,
        format('%I.%I', schemaname, tablename) as relation,
        format('%I on %I.%I', policyname, schemaname, tablename) as policy,
        (select string_agg(quote_ident(role), ', ') from unnest(roles) as role) as roles
    from pg_policies
    where schemaname = 'public'
)`

/** `alter policy` on each policy, with what comes after it. */
function altered(name: string, change: string, where = 'true'): Operator {
  return fromQuery(
    `policy: ${name}`,
    `${POLICIES} select policyname as subject, format('alter policy %s %s', policy, ${change}) as sql from policies where ${where}`,
  )
}

/** Each policy dropped and made again, differently. */
function remade(name: string, definition: string, where = 'true'): Operator {
  return fromQuery(
    `policy: ${name}`,
    `${POLICIES} select policyname as subject, format('drop policy %s; create policy %s %s', policy, policy, ${definition}) as sql
    from policies where ${where}`,
  )
}

const USING = 'qual is not null'
const CHECK = 'with_check is not null'
/** Both expressions of a policy as they are. */
const EXPRESSIONS = `concat(' using (' || qual || ')', ' with check (' || with_check || ')')`

/** Every expression of a policy replaced by one made from it. */
function expressions(name: string, replacement: (expression: string) => string): Operator[] {
  return [
    altered(`${name} (using)`, `format('using (%s)', ${replacement('qual')})`, USING),
    altered(`${name} (with check)`, `format('with check (%s)', ${replacement('with_check')})`, CHECK),
  ]
}

/** The caller's own column swapped for each other uuid column of the table. */
function swapped(clause: 'using' | 'with check', where: string): Operator {
  return fromQuery(
    `policy: own column swapped (${clause})`,
    `${POLICIES} select format('%s to %s', policyname, attname) as subject,
        format('alter policy %s ${clause} (%I = (select auth.uid()))', policy, attname) as sql
    from policies
    join pg_attribute on attrelid = relation::regclass and atttypid = 'uuid'::regtype and attname <> 'user_id' and not attisdropped
    where ${where}`,
  )
}

const EXTRA = fromQuery(
  'policy: one more, for everything',
  `select format('%s for %s to %s', relname, command, role) as subject,
      format('create policy extra on %s for %s to %s%s%s', pg_class.oid::regclass, command, role,
          case when command <> 'insert' then ' using (true)' end,
          case when command in ('insert', 'update', 'all') then ' with check (true)' end) as sql
  from pg_class
  cross join unnest(array['select', 'insert', 'update', 'delete', 'all']) as command
  cross join unnest(array['authenticated', 'anon', 'public']) as role
  where relnamespace = 'public'::regnamespace and relkind = 'r'`,
)

const ON_TABLES = `from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`

export const POLICY_OPERATORS: readonly Operator[] = [
  fromQuery(
    'policy: dropped',
    `${POLICIES} select policyname as subject, 'drop policy ' || policy as sql from policies`,
  ),
  ...expressions('true', () => `'true'`),
  ...expressions('negated', (expression) => `format('not (%s)', ${expression})`),
  ...expressions(
    'or nobody asks',
    (expression) => `format('(%s) or (select auth.uid()) is null', ${expression})`,
  ),
  ...expressions('or the row is old', (expression) => `format('(%s) or created_at <= now()', ${expression})`),
  ...expressions(
    'or null',
    (expression) => `format('(%s) or user_id is null or id = (select auth.uid())', ${expression})`,
  ),
  ...expressions('a constant user', () => `'user_id = ''a0000000-0000-4000-8000-000000000000'''`),
  ...expressions(
    'any user who has an account',
    () => `'user_id in (select p.user_id from public.user_profiles p)'`,
  ),
  ...expressions(
    'only that there is a user',
    () => `'user_id is not null and (select auth.uid()) is not null'`,
  ),
  swapped('using', USING),
  swapped('with check', CHECK),
  remade('with check dropped', `format('for %s to %s%s', cmd, roles, ' using (' || qual || ')')`, `${CHECK}`),
  altered('to public', `'to public'`),
  altered('to anon as well', `format('to %s, anon', roles)`),
  altered('to service_role instead', `'to service_role'`),
  altered('to the login instead', `'to authenticator'`),
  remade('for all commands', `format('for all to %s using (%s)', roles, coalesce(qual, with_check))`),
  remade('restrictive', `format('as restrictive for %s to %s%s', cmd, roles, ${EXPRESSIONS})`),
  EXTRA,
  fromQuery(
    'row level security: disabled',
    `select relname as subject, format('alter table %s disable row level security', oid::regclass) as sql ${ON_TABLES}`,
  ),
  fromQuery(
    'row level security: the owner is a user',
    `select format('%s to %s', relname, role) as subject, format('alter table %s owner to %I', oid::regclass, role) as sql
    ${ON_TABLES.replace('where', "cross join unnest(array['authenticated', 'service_role', 'authenticator']) as role where")}`,
  ),
]
