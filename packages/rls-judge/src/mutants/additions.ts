import { fromQuery, type Operator } from './operator.ts'
import { OWNER_COLUMNS, SETTINGS, TABLES } from './parts.ts'

const OBJECT = `'table ' || oid::regclass as object`

/** Adds an object to the schema of each table, as its owner and with the existing default privileges. %1$s is the table. */
function added(name: string, sql: string, where = 'true'): Operator {
  return fromQuery(
    `new: ${name}`,
    `select oid::regclass::text as subject, ${OBJECT}, format($sql$${sql}$sql$, oid::regclass, relnamespace::regnamespace) as sql
    from ${TABLES} and ${where}`,
  )
}

export const ADDITION_OPERATORS: readonly Operator[] = [
  added("a view with its owner's rights", 'create view %2$s.extra as select * from %1$s'),
  added('a materialized view', 'create materialized view %2$s.extra as select * from %1$s'),
  added('a table without row level security', 'create table %2$s.extra as select * from %1$s'),
  added(
    'a child table',
    'create table %2$s.extra () inherits (%1$s)',
    // a partitioned table has partitions instead
    `relkind = 'r' and not relispartition`,
  ),
  added(
    'a definer function that answers rows',
    'create function %2$s.extra() returns setof %1$s language sql security definer as $$ select * from %1$s $$',
  ),
  added('a column', 'alter table %1$s add column extra text', 'not relispartition'),
  added('a rule that does nothing instead', 'create rule extra as on insert to %1$s do instead nothing'),
  fromQuery(
    'new: a trigger that gives rows away',
    `select attrelid::regclass::text as subject, 'table ' || attrelid::regclass as object,
        format($sql$create function %1$s.extra() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as
            'begin new.%2$I := ''%3$s''; return new; end';
          create trigger extra before insert on %4$s for each row execute function %1$s.extra()$sql$,
          relnamespace::regnamespace, attname, someone, attrelid::regclass) as sql
    from ${OWNER_COLUMNS} join pg_class on pg_class.oid = attrelid cross join scope
    where atttypid = caller_type::regtype`,
  ),
  fromQuery(
    'database: setting',
    `select name as subject, 'database' as object,
        format($sql$do $$ begin execute format('alter database %%I set %s = %%L', current_database(), %L); end $$$sql$, name, value) as sql
    from ${SETTINGS}`,
  ),
]
