/** SQL for access control lists: rows of `subject, fact` such as `documents`, `authenticated: select`. */

/**
 * Privileges on relations (`r`), functions (`f`), schemas (`n`), types (`T`) and so on, with the defaults that a
 * null list stands for. The owner's own are left out: they can be granted again at will.
 */
export function explode(list: string, kind: string, owner: string): string {
  return `aclexplode(coalesce(${list}, acldefault((${kind})::"char", ${owner})))`
}

/** Names a grantee; 0 is everybody. */
export const GRANTEE = `case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee) end`

/** What is odd about a grant: the right to hand it on. */
export const GRANT_OPTION = `case when acl.is_grantable then ' with grant option' else '' end`
