/** SQL shared by the catalog queries. $1: schemas to skip; $2: roles to read. */

export const SCHEMAS = `(
  select * from pg_namespace
  where nspname <> all ($1) and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and not starts_with(nspname, 'pg_temp_') and not starts_with(nspname, 'pg_toast_temp_')
) as schemas`

/** Whether an object belongs to an extension. */
export function ofExtension(catalog: string, oid: string): string {
  return `exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`
}

/** One row per privilege in an access control list, without the owner's. A null list stands for PostgreSQL's defaults. */
export function granted(list: string, kind: string, owner: string): string {
  return `lateral (
    select case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee) end as grantee, lower(acl.privilege_type) as privilege,
      case when acl.is_grantable then 'yes' end as grantable
    from aclexplode(coalesce(${list}, acldefault('${kind}', ${owner}))) acl
    where acl.grantee <> ${owner}
  ) acl`
}
