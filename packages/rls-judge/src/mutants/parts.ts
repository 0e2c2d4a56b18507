// Parts of queries that operators share. All of them read the row `scope` (scope.ts).

/** Tables of the API's schemas. */
export const TABLES = `pg_class where relkind in ('r', 'p')
    and relnamespace::regnamespace::text = any ((select exposed from scope)::text[])`

/** Schemas that the suite checks. */
export const SCHEMAS = `(
    select pg_namespace.* from pg_namespace cross join scope where nspname = any (schemas)
) as schemas`

/**
 * Functions of the schemas that the suite checks, without those of extensions, aggregates and window functions. Functions
 * of event triggers are left out: only a superuser creates such a trigger, and nobody can call its function.
 */
export const FUNCTIONS = `pg_proc where prokind in ('f', 'p') and prorettype <> 'event_trigger'::regtype
    and pronamespace in (select oid from ${SCHEMAS})
    and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')`

/** The roles of the API, each a row. */
export const ROLES = `(select unnest(roles) as role from scope) as roles`

/** The roles of the API, and PUBLIC. */
export const GRANTEES = `(select unnest(roles || array['public']) as role from scope) as grantees`

/** Roles that get ownership of objects: every role of the API except the anonymous one. */
export const OWNERS = `(select unnest(array[signed_in, server, login]) as role from scope) as owners`

/**
 * Owner columns: the columns that a table's policies name and that are never null.
 * (A policy's dependencies list its columns; a column such as deleted_at is nullable.)
 */
export const OWNER_COLUMNS = `(
    select distinct attrelid, attnum, attname, atttypid
    from pg_depend
    join pg_policy on pg_policy.oid = objid and polrelid = refobjid
    join pg_attribute on attrelid = refobjid and attnum = refobjsubid
    where classid = 'pg_policy'::regclass and refclassid = 'pg_class'::regclass and attnotnull
) as owner_columns`

/** Functions without arguments whose type is that of the caller's id: they return the caller. */
export const CALLER_FUNCTIONS = `(
    select pg_proc.oid, nspname, proname
    from pg_proc join ${SCHEMAS} on schemas.oid = pronamespace cross join scope
    where pronargs = 0 and prokind = 'f' and prorettype = caller_type::regtype
) as caller_functions`

/** A sub-select that returns the caller, evaluated once per query. */
export const CALLER = `(select format('(select %s)', caller) from scope)`

/** Names and values of settings that change the identity or disable checks. */
export const SETTINGS = `(
    select name, value from scope cross join lateral (
        select claims as name, jsonb_build_object(subject, someone)::text as value
        union all select name, someone from unnest(subject_settings) as name
        union all values
            ('role', server), ('session_replication_role', 'replica'), ('lo_compat_privileges', 'on'), ('row_security', 'off')
    ) as settings
) as settings`
