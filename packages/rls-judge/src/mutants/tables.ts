import { fromQuery, type Operator } from './operator.ts'
import { OWNER_COLUMNS, SCHEMAS, TABLES } from './parts.ts'

/** Constraints of a table, without inherited ones. */
const CONSTRAINTS = `(
    select conname, contype, confdeltype, conrelid, confrelid, conkey, confkey, conrelid::regclass as relation,
        pg_get_constraintdef(pg_constraint.oid) as definition,
        format('%I on %s', conname, conrelid::regclass) as name,
        format('alter table %s drop constraint %I', conrelid::regclass, conname) as dropped
    from pg_constraint
    where conrelid in (select oid from ${TABLES}) and coninhcount = 0
) as constraints`

/** Changes each constraint; `sql` is an expression over CONSTRAINTS. */
function changed(name: string, sql: string, where: string): Operator {
  return fromQuery(
    `constraint: ${name}`,
    `select name as subject, 'constraint ' || name as object, ${sql} as sql from ${CONSTRAINTS} where ${where}`,
  )
}

/** Drops each constraint of one kind, with its dependents. */
function dropped(kind: string, contype: string): Operator {
  return changed(`${kind} dropped`, `dropped || ' cascade'`, `contype = '${contype}'`)
}

/** Changes the ON DELETE action of each foreign key. */
function onDelete(action: string): Operator {
  return changed(
    `on delete ${action}`,
    `format('%s, add constraint %I %s', dropped, conname, replace(definition, 'ON DELETE CASCADE', 'ON DELETE ${action.toUpperCase()}'))`,
    `contype = 'f' and confdeltype = 'c'`,
  )
}

/** Names of a key's columns without owner columns; null if none remain or none are removed. */
function withoutOwner(relation: string, key: string): string {
  return `(
    select case when count(*) between 1 and cardinality(${key}) - 1 then string_agg(quote_ident(attname), ', ' order by place) end
    from unnest(${key}) with ordinality as keys (attnum, place) join pg_attribute on attrelid = ${relation} and pg_attribute.attnum = keys.attnum
    where (attrelid, keys.attnum) not in (select attrelid, attnum from ${OWNER_COLUMNS})
  )`
}

/** A table's own columns, each with `alter column`. */
function column(name: string, change: string, where: string): Operator {
  return fromQuery(
    `column: ${name}`,
    `select format('%s.%I', attrelid::regclass, attname) as subject, format('column %s.%I', attrelid::regclass, attname) as object,
        format('alter table %s alter column %I %s', attrelid::regclass, attname, ${change}) as sql
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid in (select oid from ${TABLES}) and attnum > 0 and not attisdropped and attinhcount = 0 and ${where}`,
  )
}

function trigger(name: string, sql: string): Operator {
  return fromQuery(
    `trigger: ${name}`,
    `select format('%I on %s', tgname, tgrelid::regclass) as subject, format('trigger %I on %s', tgname, tgrelid::regclass) as object,
        format('${sql}', tgrelid::regclass, tgname) as sql
    from pg_trigger join pg_class on pg_class.oid = tgrelid join ${SCHEMAS} on schemas.oid = relnamespace
    where not tgisinternal and tgparentid = 0`,
  )
}

export const TABLE_OPERATORS: readonly Operator[] = [
  dropped('check', 'c'),
  dropped('primary key', 'p'),
  dropped('unique', 'u'),
  dropped('foreign key', 'f'),
  changed(
    'check is always true',
    `format('%s, add constraint %I check (true or %I is null)', dropped, conname,
        (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]))`,
    `contype = 'c' and cardinality(conkey) > 0`,
  ),
  onDelete('no action'),
  onDelete('restrict'),
  onDelete('set null'),
  changed(
    'key across users',
    `format('%s cascade, add constraint %I %s (%s)', dropped, conname,
        case contype when 'p' then 'primary key' else 'unique' end, ${withoutOwner('conrelid', 'conkey')})`,
    `contype in ('p', 'u') and ${withoutOwner('conrelid', 'conkey')} is not null`,
  ),
  fromQuery(
    'constraint: one more key across users',
    `select format('%s (%I)', attrelid::regclass, attname) as subject, 'table ' || attrelid::regclass as object,
        format('alter table %s add constraint extra unique (%I)', attrelid::regclass, attname) as sql
    from (
        select distinct on (attrelid) attrelid, attnum, attname from pg_attribute
        where attrelid in (select oid from ${TABLES} and relkind = 'r' and not relispartition)
            and attrelid in (select attrelid from ${OWNER_COLUMNS})
            and attnum > 0 and not attisdropped and attnotnull
            and (attrelid, attnum) not in (select attrelid, attnum from ${OWNER_COLUMNS})
        order by attrelid, attnum
    ) as columns
    -- a further key has no effect if these columns are unique already
    where not exists (select from pg_index where indrelid = attrelid and indisunique and indnkeyatts = 1 and indkey[0] = attnum)`,
  ),
  changed(
    'foreign key across users',
    `format('alter table %s add constraint extra unique (%s); %s, add constraint %I foreign key (%s) references %s (%s) on delete cascade',
        confrelid::regclass, ${withoutOwner('confrelid', 'confkey')}, dropped, conname,
        ${withoutOwner('conrelid', 'conkey')}, confrelid::regclass, ${withoutOwner('confrelid', 'confkey')})`,
    `contype = 'f' and ${withoutOwner('conrelid', 'conkey')} is not null and ${withoutOwner('confrelid', 'confkey')} is not null`,
  ),
  column(
    'not null dropped',
    `'drop not null'`,
    `attnotnull and attidentity = ''
        and not exists (select from pg_index where indrelid = attrelid and indisprimary and attnum = any (indkey))`,
  ),
  column('default dropped', `'drop default'`, `adbin is not null and attgenerated = ''`),
  column(
    'default is another user',
    `format('set default %L', (select someone from scope))`,
    `atttypid = (select caller_type::regtype from scope) and (attrelid, attnum) in (select attrelid, attnum from ${OWNER_COLUMNS})`,
  ),
  column('no longer generated', `'drop expression'`, `attgenerated = 's'`),
  trigger('dropped', 'drop trigger %2$I on %1$s'),
  trigger('disabled', 'alter table %1$s disable trigger %2$I'),
  trigger('for replicas only', 'alter table %1$s enable replica trigger %2$I'),
  fromQuery(
    'trigger: all disabled, foreign keys as well',
    `select oid::regclass::text as subject, 'table ' || oid::regclass as object,
        format('alter table %s disable trigger all', oid::regclass) as sql
    from ${TABLES} and exists (select from pg_trigger where tgrelid = pg_class.oid)`,
  ),
]
