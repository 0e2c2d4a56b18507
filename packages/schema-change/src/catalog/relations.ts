import { ofExtension, SCHEMAS } from './parts.ts'

const CLASSES = `(
  select c.*, format('%I.%I', schemas.nspname, c.relname) as name
  from pg_class c join ${SCHEMAS} on schemas.oid = c.relnamespace
  where not ${ofExtension('pg_class', 'c.oid')}
)`

const comment = (oid: string, catalog: string, column = '0') =>
  column === '0' ? `obj_description(${oid}, '${catalog}')` : `col_description(${oid}, ${column})`

export const RELATIONS = `
  select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
      when 'c' then 'composite type' else 'table' end as kind, r.name, null as "table",
    jsonb_build_object(
      'owner', pg_get_userbyid(relowner),
      'row level security', case when relkind in ('r', 'p') then case when relforcerowsecurity then 'on, for the owner too'
        when relrowsecurity then 'on' else 'off' end end,
      'persistence', case relpersistence when 'u' then 'unlogged' when 't' then 'temporary' end,
      'options', reloptions::text,
      'replica identity', nullif(relreplident, case when relkind in ('r', 'p', 'm') then 'd'::"char" else 'n'::"char" end),
      'definition', case when relkind in ('v', 'm') then pg_get_viewdef(r.oid) end,
      'partition key', case when relkind = 'p' then pg_get_partkeydef(r.oid) end,
      'partition', case when relispartition then pg_get_expr(relpartbound, r.oid) end,
      'parents', (select string_agg(inhparent::regclass::text, ', ' order by inhseqno) from pg_inherits where inhrelid = r.oid),
      'tablespace', (select spcname from pg_tablespace t where t.oid = reltablespace),
      'sequence', (select format('%s from %s by %s, %s to %s, cache %s%s', format_type(seqtypid, null), seqstart, seqincrement, seqmin, seqmax, seqcache,
        case when seqcycle then ', cycle' else '' end) from pg_sequence where seqrelid = r.oid),
      'comment', ${comment('r.oid', 'pg_class')}
    ) as facts
  from ${CLASSES} r
  where relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')`

export const COLUMNS = `
  select 'column', format('%s.%I', r.name, attname), r.name,
    jsonb_build_object(
      'type', format_type(atttypid, atttypmod),
      'not null', case when attnotnull then 'yes' else 'no' end,
      'default', case when attgenerated = '' then pg_get_expr(adbin, adrelid) end,
      'generated', case when attgenerated <> '' then pg_get_expr(adbin, adrelid) end,
      'identity', case attidentity when 'a' then 'always' when 'd' then 'by default' end,
      'collation', case when attcollation <> typcollation then attcollation::regcollation::text end,
      'storage', case when attstorage <> typstorage then attstorage::text end,
      'compression', nullif(attcompression::text, ''),
      'statistics', nullif(coalesce(attstattarget, -1), -1),
      -- releases since November 2026 (15.20) keep a number of their own in it
      'options', (
        select nullif(array_agg(option order by place), '{}')::text
        from unnest(attoptions) with ordinality as options (option, place) where not starts_with(option, 'pg_attver=')
      ),
      'comment', ${comment('r.oid', 'pg_class', 'attnum')}
    )
  from ${CLASSES} r
  join pg_attribute a on attrelid = r.oid and attnum > 0 and not attisdropped
  join pg_type t on t.oid = atttypid
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where relkind in ('r', 'p', 'v', 'm', 'f', 'c')`

// Without NOT NULL, which is a constraint since PostgreSQL 18 and already a fact of the column.
export const CONSTRAINTS = `
  select 'constraint', format('%I on %s', conname, coalesce(r.name, contypid::regtype::text)), r.name,
    jsonb_build_object(
      'definition', pg_get_constraintdef(k.oid),
      'index', case when contype in ('p', 'u', 'x') then conindid::regclass::text end,
      'comment', ${comment('k.oid', 'pg_constraint')}
    )
  from pg_constraint k
  left join ${CLASSES} r on r.oid = conrelid
  left join pg_type t on t.oid = contypid
  left join ${SCHEMAS} on schemas.oid = t.typnamespace
  where contype not in ('n', 't') and (r.oid is not null or schemas.oid is not null)`

export const INDEXES = `
  select 'index', i.name, r.name,
    jsonb_build_object(
      'definition', pg_get_indexdef(i.oid),
      'valid', case when not indisvalid or not indisready then 'no' end,
      'of a constraint', case when exists (select from pg_constraint k where k.conindid = i.oid and contype in ('p', 'u', 'x')) then 'yes' end,
      'clustered', case when indisclustered then 'yes' end,
      'replica identity', case when indisreplident then 'yes' end,
      'comment', ${comment('i.oid', 'pg_class')}
    )
  from pg_index x join ${CLASSES} i on i.oid = indexrelid join ${CLASSES} r on r.oid = indrelid`

export const POLICIES = `
  select 'policy', format('%I on %s', polname, r.name), r.name,
    jsonb_build_object(
      'command', case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      'kind', case when polpermissive then 'permissive' else 'restrictive' end,
      'roles', (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role) end, ', ' order by role <> 0, pg_get_userbyid(role)) from unnest(polroles) role),
      'using', pg_get_expr(polqual, polrelid),
      'with check', pg_get_expr(polwithcheck, polrelid),
      'comment', ${comment('p.oid', 'pg_policy')}
    )
  from pg_policy p join ${CLASSES} r on r.oid = polrelid`

export const TRIGGERS = `
  select 'trigger', format('%I on %s', tgname, tgrelid::regclass), tgrelid::regclass::text,
    jsonb_build_object(
      'definition', pg_get_triggerdef(t.oid),
      'fires', case tgenabled when 'O' then null when 'D' then 'never' when 'R' then 'on a replica' else 'always' end,
      'comment', ${comment('t.oid', 'pg_trigger')}
    )
  from pg_trigger t join pg_class c on c.oid = tgrelid
  where not tgisinternal and not ${ofExtension('pg_trigger', 't.oid')}
    -- a table of another owner may have a trigger that calls a function of this project
    and (c.relnamespace in (select oid from ${SCHEMAS}) or tgfoid in (select p.oid from pg_proc p join ${SCHEMAS} on schemas.oid = pronamespace))
  union all
  -- triggers of foreign keys, by function and constraint because their own names contain oids
  select 'disabled trigger', format('%s of %s on %s', tgfoid::regproc, conname, r.name), r.name,
    jsonb_build_object('fires', case tgenabled when 'D' then 'never' when 'R' then 'on a replica' else 'always' end)
  from pg_trigger t join ${CLASSES} r on r.oid = tgrelid join pg_constraint k on k.oid = tgconstraint
  where tgisinternal and tgenabled <> 'O'`

export const RULES = `
  select 'rule', format('%I on %s', rulename, r.name), r.name,
    jsonb_build_object('definition', pg_get_ruledef(w.oid), 'fires', case when ev_enabled <> 'O' then ev_enabled::text end)
  from pg_rewrite w join ${CLASSES} r on r.oid = ev_class
  where rulename <> '_RETURN'`

export const STATISTICS = `
  select 'statistics', format('%I.%I', schemas.nspname, stxname), r.name,
    jsonb_build_object('definition', pg_get_statisticsobjdef(s.oid), 'owner', pg_get_userbyid(stxowner))
  from pg_statistic_ext s join ${SCHEMAS} on schemas.oid = stxnamespace join ${CLASSES} r on r.oid = stxrelid`
