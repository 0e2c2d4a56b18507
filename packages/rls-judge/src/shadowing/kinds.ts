import type pg from 'pg'

/** A kind of temporary object, with the SQL that creates one under each name used in a function. */
export interface Kind {
  name: string
  /**
   * A query that returns one statement per row (`sql`). $1: names; $2: schemas in which to look up
   * what a name refers to.
   */
  statements: string
  /** A statement with the unqualified name, which must find the temporary object. */
  proof?: string
  /** The same for the name of a table, quoted. */
  proofOnTable?: (table: string) => string
}

/** The function that each temporary object calls. It raises a warning with its role; a warning survives the rollback. */
export const ALARM = `
  create function pg_temp.alarm() returns pg_catalog.bool language plpgsql
  as $$ begin raise warning 'a shadow ran as %', current_user; return true; end $$;
  create function pg_temp.alarm(anyelement) returns pg_catalog.bool language plpgsql
  as $$ begin return pg_temp.alarm(); end $$;
  create function pg_temp.alarm_row() returns trigger language plpgsql
  as $$ begin perform pg_temp.alarm(); return new; end $$;
  create domain pg_temp.watched as pg_catalog.text check (pg_temp.alarm(value))`

/** The text of the warning before the role. */
export const ALARM_TEXT = 'a shadow ran as '

// Types that a column may have, except arrays, pseudo-types and row types of tables, which are never written in a cast.
const TYPES = `
  select distinct on (typname) typname as name, format('%I.%I', nspname, typname) as type
  from pg_catalog.pg_type
  join pg_catalog.pg_namespace n on n.oid = typnamespace
  where typname = any ($1) and typtype in ('b', 'd', 'e', 'r') and nspname = any ($2)
  order by typname, nspname`

/** A type of the caller with casts from text and to the original type of that name, both through a function. */
const typeOfItsOwn = (name: string, definition: string): Kind => ({
  name,
  statements: `
    with types as (${TYPES})
    select format(statement, name, type) as sql
    from types, unnest(array[
      ${definition},
      'create function pg_temp.%1$I(pg_catalog.text) returns pg_temp.%1$I language plpgsql as $f$ begin perform pg_temp.alarm(); return null; end $f$',
      'create function pg_temp.%1$I(pg_temp.%1$I) returns %2$s language plpgsql as $f$ begin perform pg_temp.alarm(); return null; end $f$',
      'create cast (pg_catalog.text as pg_temp.%1$I) with function pg_temp.%1$I(pg_catalog.text) as implicit',
      'create cast (pg_temp.%1$I as %2$s) with function pg_temp.%1$I(pg_temp.%1$I) as implicit'
    ]) with ordinality as statements (statement, place)
    order by name, place`,
  proof: "select ('x'::pg_catalog.text)::uuid",
})

const RELATIONS = `
  select distinct on (relname) relname as name, c.oid, format('%I.%I', nspname, relname) as relation,
    has_table_privilege('authenticated', c.oid, 'select') as readable, columns.*
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = relnamespace
  cross join lateral (
    select
      string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum) as columns,
      -- the caller's rows with other keys, so that the result differs if a function reads them
      string_agg(case
          when attnum <> all (coalesce(conkey[cardinality(conkey):], '{}')) then quote_ident(attname)
          when atttypid = 'pg_catalog.uuid'::regtype then 'pg_catalog.gen_random_uuid() as ' || quote_ident(attname)
          when atttypid in ('pg_catalog.int4'::regtype, 'pg_catalog.int8'::regtype) then format('-%I as %1$I', attname)
          else quote_ident(attname)
        end, ', ' order by attnum) as other_rows,
      string_agg(format('null::%s as %I', format_type(atttypid, atttypmod), attname), ', ' order by attnum) as nulls
    from pg_catalog.pg_attribute
    left join pg_catalog.pg_constraint on conrelid = c.oid and contype = 'p'
    where attrelid = c.oid and attnum > 0 and not attisdropped
  ) as columns
  where relname = any ($1) and relkind in ('r', 'p', 'v', 'm', 'f') and nspname = any ($2)
  order by relname, nspname = 'pg_catalog'`

// Without functions with defaults, which add nothing, and pseudo-types, which PL/pgSQL cannot declare.
const FUNCTIONS = `
  select p.oid, proname as name, oidvectortypes(proargtypes) as arguments, pg_get_function_result(p.oid) as result
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = pronamespace
  where proname = any ($1) and prokind = 'f' and nspname = any ($2)
    and not exists (
      select from pg_catalog.pg_type t
      where (t.oid = prorettype or t.oid = any (proargtypes)) and t.typtype = 'p' and t.typname <> 'record'
    )
    and not 'pg_catalog.record'::regtype = any (proargtypes)
    and not (prorettype = 'pg_catalog.record'::regtype and proallargtypes is null)`

const shadowFunction = (name: string, args: string, result: string) =>
  `format('create function pg_temp.%s(%s) returns %s language plpgsql as $f$ begin perform pg_temp.alarm(); ${'%s'} end $f$', ${name}, ${args}, ${result}, case when starts_with(upper(${result}), 'SETOF') or starts_with(${result}, 'TABLE') then 'return;' else 'return null;' end)`

/** Every kind of object that a caller can create in pg_temp and that a function might find. */
export const KINDS: readonly Kind[] = [
  {
    name: 'domains with a check',
    statements: `
      with types as (${TYPES})
      select format('create domain pg_temp.%I as %s check (pg_temp.alarm(value))', name, type) as sql from types order by name`,
    proof: "select '00000000-0000-4000-8000-000000000000'::uuid",
  },
  typeOfItsOwn('enums with casts', `'create type pg_temp.%1$I as enum (''x'')'`),
  typeOfItsOwn('composite types with casts', `'create type pg_temp.%1$I as (field pg_temp.watched)'`),
  typeOfItsOwn('ranges with casts', `'create type pg_temp.%1$I as range (subtype = pg_temp.watched)'`),
  {
    name: 'composite types of watched columns',
    statements: `
      with types as (${TYPES})
      select format('create type pg_temp.%I as (field pg_temp.watched)', name) as sql from types order by name`,
    proof: "select '(x)'::uuid",
  },
  {
    name: 'tables named like types',
    statements: `
      with types as (${TYPES})
      select format('create temporary table %I (field pg_temp.watched)', name) as sql from types order by name`,
    proof: "select '(x)'::uuid",
  },
  {
    name: 'tables',
    statements: `
      with relations as (${RELATIONS})
      select format(statement, name, columns, relation, other_rows) as sql
      from relations, unnest(array[
        case when readable then 'create temporary table %1$I as select %4$s from %3$s' else 'create temporary table %1$I (%2$s)' end,
        'create trigger alarm before insert or update or delete on pg_temp.%1$I for each row execute function pg_temp.alarm_row()'
      ]) with ordinality as statements (statement, place)
      order by name, place`,
    proofOnTable: (table) => `insert into ${table} default values`,
  },
  {
    name: 'views',
    statements: `
      with relations as (${RELATIONS})
      select format('create temporary view %I as select %s where pg_temp.alarm()', name, nulls) as sql from relations order by name`,
    proofOnTable: (table) => `select from ${table}`,
  },
  {
    name: 'functions',
    statements: `
      with functions as (${FUNCTIONS})
      select ${shadowFunction('quote_ident(name)', 'arguments', 'result')} as sql from functions order by name, arguments`,
  },
  {
    name: 'aggregates',
    statements: `
      with functions as (${FUNCTIONS})
      select format(statement, name, arguments, result, oid) as sql
      from functions, unnest(array[
        'create function pg_temp.state_%4$s(%3$s, %2$s) returns %3$s language plpgsql as $f$ begin perform pg_temp.alarm(); return null; end $f$',
        'create aggregate pg_temp.%1$I(%2$s) (sfunc = pg_temp.state_%4$s, stype = %3$s)'
      ]) with ordinality as statements (statement, place)
      where arguments <> '' and not starts_with(result, 'SETOF') and not starts_with(result, 'TABLE')
      order by name, arguments, place`,
  },
  {
    name: 'operators',
    statements: `
      with operators as (
        select o.oid, oprname as name, oprleft, oprright, format_type(oprresult, null) as result,
          concat_ws(', ', case when oprleft <> 0 then format_type(oprleft, null) end, format_type(oprright, null)) as arguments,
          concat_ws(', ', case when oprleft <> 0 then 'leftarg = ' || format_type(oprleft, null) end, 'rightarg = ' || format_type(oprright, null)) as sides
        from pg_catalog.pg_operator o
        join pg_catalog.pg_namespace n on n.oid = oprnamespace
        where oprname = any ($1) and nspname = any ($2) and nspname = 'pg_catalog'
          and not exists (select from pg_catalog.pg_type t where t.oid in (oprleft, oprright, oprresult) and t.typtype = 'p')
      )
      select format(statement, name, arguments, result, oid, sides) as sql
      from operators, unnest(array[
        'create function pg_temp.operator_%4$s(%2$s) returns %3$s language plpgsql as $f$ begin perform pg_temp.alarm(); return null; end $f$',
        'create operator pg_temp.%1$s (function = pg_temp.operator_%4$s, %5$s)'
      ]) with ordinality as statements (statement, place)
      order by name, arguments, place`,
  },
]

/** The statements that create a kind's temporary objects, derived from the catalog. */
export async function shadowsOf(
  client: pg.Client,
  kind: Kind,
  names: readonly string[],
  schemas: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ sql: string }>(kind.statements, [names, schemas])
  return rows.map(({ sql }) => sql)
}
