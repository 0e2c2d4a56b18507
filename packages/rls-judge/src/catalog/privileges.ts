/** SQL for access control lists: rows of `subject, fact` such as `documents`, `authenticated: select`. */

/**
 * Privileges on relations (`r`), functions (`f`), schemas (`n`), types (`T`) and so on, with the defaults that a
 * null list stands for. Privileges of the owner are left out: an owner can always grant them to itself.
 */
export function explode(list: string, kind: string, owner: string): string {
  return `aclexplode(coalesce(${list}, acldefault((${kind})::"char", ${owner})))`
}

/** The name of a grantee; 0 is PUBLIC. */
export const GRANTEE = `case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee) end`

/** Marks a grant with grant option. */
export const GRANT_OPTION = `case when acl.is_grantable then ' with grant option' else '' end`
