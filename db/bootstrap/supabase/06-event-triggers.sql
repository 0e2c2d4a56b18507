-- Event triggers of the platform. They notify PostgREST of every schema change, and grant access to extensions that are
-- enabled in the dashboard. Those extensions do not exist here, so the second kind does nothing.

create function extensions.pgrst_ddl_watch() returns event_trigger
    language plpgsql
as $$
begin
    if exists (
        select from pg_event_trigger_ddl_commands()
        where schema_name is distinct from 'pg_temp'
            and command_tag ~ '^((CREATE|ALTER) (SCHEMA|TABLE|FOREIGN TABLE|VIEW|MATERIALIZED VIEW|FUNCTION|TYPE)|CREATE (TRIGGER|RULE|TABLE AS)|SELECT INTO|COMMENT)$'
    ) then
        notify pgrst, 'reload schema';
    end if;
end
$$;

create function extensions.pgrst_drop_watch() returns event_trigger
    language plpgsql
as $$
begin
    if exists (
        select from pg_event_trigger_dropped_objects()
        where not is_temporary
            and object_type in ('schema', 'table', 'foreign table', 'view', 'materialized view', 'function', 'trigger', 'type', 'rule')
    ) then
        notify pgrst, 'reload schema';
    end if;
end
$$;

create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_drop_watch();

create function extensions.grant_pg_cron_access() returns event_trigger language plpgsql as 'begin end';
create function extensions.grant_pg_net_access() returns event_trigger language plpgsql as 'begin end';
create function extensions.grant_pg_graphql_access() returns event_trigger language plpgsql as 'begin end';
create function extensions.set_graphql_placeholder() returns event_trigger language plpgsql as 'begin end';

create event trigger issue_pg_cron_access on ddl_command_end when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_cron_access();
create event trigger issue_pg_net_access on ddl_command_end when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_net_access();
create event trigger issue_pg_graphql_access on ddl_command_end when tag in ('CREATE FUNCTION')
    execute function extensions.grant_pg_graphql_access();
create event trigger issue_graphql_placeholder on sql_drop when tag in ('DROP EXTENSION')
    execute function extensions.set_graphql_placeholder();
