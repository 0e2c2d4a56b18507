/** Properties of a database or a server as a whole. */

export const EXTENSIONS = `
  select 'extension', quote_ident(extname), null, jsonb_build_object('schema', nspname)
  from pg_extension join pg_namespace n on n.oid = extnamespace`

export const ROLES = `
  select 'role', quote_ident(rolname), null,
    jsonb_build_object(
      'superuser', case when rolsuper then 'yes' else 'no' end,
      'bypasses row level security', case when rolbypassrls then 'yes' else 'no' end,
      'creates roles', case when rolcreaterole then 'yes' else 'no' end,
      'creates databases', case when rolcreatedb then 'yes' else 'no' end,
      'login', case when rolcanlogin then 'yes' else 'no' end,
      'inherits', case when rolinherit then 'yes' else 'no' end,
      'replication', case when rolreplication then 'yes' else 'no' end,
      'connections', nullif(rolconnlimit, -1)
    )
  from pg_roles where rolname = any ($2)
  union all
  select 'membership', format('%s is a member of %s', member::regrole, roleid::regrole), null,
    jsonb_build_object('admin', case when admin_option then 'yes' end)
  from pg_auth_members where member in (select oid from pg_roles where rolname = any ($2))
    -- who owns a database of this server may become these roles
    or roleid in (select oid from pg_roles where rolname = any ($2)) and member in (
      select r.oid from pg_roles r where not rolsuper and not exists (select from pg_database where datdba = r.oid)
    )`

export const SETTINGS = `
  select 'setting', format('%s%s: %s', case when setrole = 0 then 'everybody' else setrole::regrole::text end,
      case when setdatabase = 0 then '' else ' in this database' end, split_part(entry, '=', 1)), null,
    jsonb_build_object('value', substr(entry, strpos(entry, '=') + 1))
  from pg_db_role_setting, unnest(setconfig) entry
  where setdatabase = (select oid from pg_database where datname = current_database())
    or (setdatabase = 0 and setrole in (select oid from pg_roles where rolname = any ($2)))`

export const DATABASE = `
  select 'database', 'this database', null, jsonb_build_object('owner', pg_get_userbyid(datdba))
  from pg_database where datname = current_database()`

export const EVENTS = `
  select 'event trigger', quote_ident(evtname), null,
    jsonb_build_object('on', evtevent, 'calls', evtfoid::regprocedure::text, 'fires', evtenabled, 'tags', evttags::text)
  from pg_event_trigger e
  where not exists (select from pg_depend d where d.classid = 'pg_event_trigger'::regclass and d.objid = e.oid and d.deptype = 'e')
  union all
  select 'publication', quote_ident(pubname), null,
    jsonb_build_object('tables', case when puballtables then 'all' else (select string_agg(format('%I.%I', t.schemaname, t.tablename), ', ' order by 1) from pg_publication_tables t where t.pubname = p.pubname) end)
  from pg_publication p
  union all
  select 'subscription', quote_ident(subname), null, jsonb_build_object('enabled', subenabled, 'to', subpublications::text)
  from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
  union all
  select 'foreign server', quote_ident(srvname), null, jsonb_build_object('options', srvoptions::text) from pg_foreign_server
  union all
  select 'foreign data wrapper', quote_ident(fdwname), null, '{}' from pg_foreign_data_wrapper
  union all
  select 'language', quote_ident(lanname), null, jsonb_build_object('trusted', lanpltrusted) from pg_language where lanispl
  union all
  select 'cast', format('%s to %s', format_type(castsource, null), format_type(casttarget, null)), null, '{}' from pg_cast c
  where oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'e')`
