/** SQL that the queries of the catalog share. $1: schemas that are not looked at; $2: roles that are. */

export const SCHEMAS = `(
  select * from pg_namespace
  where nspname <> all ($1) and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and not starts_with(nspname, 'pg_temp_') and not starts_with(nspname, 'pg_toast_temp_')
) as schemas`

/** Whether an extension made an object. */
export function ofExtension(catalog: string, oid: string): string {
  return `exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`
}

/** A row for each right in a list. PostgreSQL's own defaults count where the list is null; the owner's rights do not. */
export function granted(list: string, kind: string, owner: string): string {
  return `lateral (
    select case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee) end as grantee, lower(acl.privilege_type) as privilege,
      case when acl.is_grantable then 'yes' end as grantable
    from aclexplode(coalesce(${list}, acldefault('${kind}', ${owner}))) acl
    where acl.grantee <> ${owner}
  ) acl`
}
