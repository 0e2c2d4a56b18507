import { fromQuery, type Operator } from './operator.ts'

const TABLES = `pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`

const CONSTRAINTS = `(
    select conname, contype, confdeltype, conrelid::regclass as relation, pg_get_constraintdef(oid) as definition,
        (select array_agg(attname order by place) from unnest(conkey) with ordinality as keys (key, place)
         join pg_attribute on attrelid = conrelid and attnum = key) as columns
    from pg_constraint where connamespace = 'public'::regnamespace
) as constraints`

const COLUMNS = `pg_attribute join pg_class on pg_class.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped`

const TRIGGERS = `pg_trigger join pg_class on pg_class.oid = tgrelid
    where relnamespace in ('public'::regnamespace, 'auth'::regnamespace) and not tgisinternal`

/** Constraints of one kind, dropped with what depends on them. */
function dropped(kind: string, contype: string): Operator {
  return fromQuery(
    `constraint: ${kind} dropped`,
    `select conname as subject, format('alter table %s drop constraint %I cascade', relation, conname) as sql
    from ${CONSTRAINTS} where contype = '${contype}'`,
  )
}

/** Foreign keys with another action when the row that they refer to is deleted. */
function onDelete(action: string): Operator {
  return fromQuery(
    `constraint: on delete ${action}`,
    `select conname as subject,
        format('alter table %s drop constraint %I, add constraint %I %s', relation, conname, conname,
            replace(definition, 'ON DELETE CASCADE', 'ON DELETE ${action.toUpperCase()}')) as sql
    from ${CONSTRAINTS} where contype = 'f' and confdeltype = 'c'`,
  )
}

/** The table's columns, each with `alter column`. */
function column(name: string, change: string, where: string): Operator {
  return fromQuery(
    `column: ${name}`,
    `select format('%s.%s', relname, attname) as subject,
        format('alter table %s alter column %I %s', pg_class.oid::regclass, attname, ${change}) as sql
    from ${COLUMNS} and ${where}`,
  )
}

function trigger(name: string, sql: string): Operator {
  return fromQuery(
    `trigger: ${name}`,
    `select format('%s.%s', relname, tgname) as subject, format('${sql}', pg_class.oid::regclass, tgname) as sql from ${TRIGGERS}`,
  )
}

export const TABLE_OPERATORS: readonly Operator[] = [
  dropped('check', 'c'),
  dropped('primary key', 'p'),
  dropped('unique', 'u'),
  dropped('foreign key', 'f'),
  fromQuery(
    'constraint: check is always true',
    `select conname as subject,
        format('alter table %s drop constraint %I, add constraint %I check (true or user_id is null)', relation, conname, conname) as sql
    from ${CONSTRAINTS} where contype = 'c'`,
  ),
  onDelete('no action'),
  onDelete('restrict'),
  onDelete('set null'),
  fromQuery(
    'constraint: key across users',
    `select conname as subject,
        format('alter table %s drop constraint %I cascade, add constraint %I %s (%s)', relation, conname, conname,
            case contype when 'p' then 'primary key' else 'unique' end,
            (select string_agg(quote_ident(name), ', ') from unnest(columns) as name where name <> 'user_id')) as sql
    from ${CONSTRAINTS} where contype in ('p', 'u') and 'user_id' = any (columns) and cardinality(columns) > 1`,
  ),
  fromQuery(
    'constraint: one more key across users',
    `select relname as subject, format('alter table %s add constraint extra unique (id)', oid::regclass) as sql from ${TABLES}`,
  ),
  fromQuery(
    'constraint: foreign key across users',
    `select conname as subject,
        format('alter table public.documents add constraint extra unique (id); alter table %s drop constraint %I, add constraint %I foreign key (document_id) references public.documents (id) on delete cascade', relation, conname, conname) as sql
    from ${CONSTRAINTS} where contype = 'f' and 'document_id' = any (columns)`,
  ),
  column(
    'not null dropped',
    `'drop not null'`,
    `attnotnull and not exists (select from pg_index where indrelid = attrelid and indisprimary and attnum = any (indkey))`,
  ),
  column('default dropped', `'drop default'`, `adbin is not null and attgenerated = ''`),
  column(
    'default is another user',
    `'set default ''a0000000-0000-4000-8000-000000000000'''`,
    `attname = 'user_id'`,
  ),
  column('no longer generated', `'drop expression'`, `attgenerated = 's'`),
  trigger('dropped', 'drop trigger %2$I on %1$s'),
  trigger('disabled', 'alter table %1$s disable trigger %2$I'),
  trigger('for replicas only', 'alter table %1$s enable replica trigger %2$I'),
  fromQuery(
    'trigger: all disabled, foreign keys as well',
    `select relname as subject, format('alter table %s disable trigger all', oid::regclass) as sql from ${TABLES}
        and exists (select from pg_trigger where tgrelid = pg_class.oid)`,
  ),
]
