import pg from 'pg'

/** A statement about the database, whose name the facts do not contain: `%I` stands for it. */
export function inDatabase(statement: string): string {
  return `do $$ begin execute format(${pg.escapeLiteral(statement)}, current_database()); end $$;`
}

/**
 * A grant, or its revocation.
 *
 * @param name such as `member: update on column shop.items.title`
 * @param grantable whether the grantee may grant it
 */
export function grantSql(
  name: string,
  verb: 'grant' | 'revoke' | 'revoke grant option for',
  grantable?: string,
): string | undefined {
  const [, grantee = '', privilege = '', object = ''] = /^(.*?): (\w+(?: system)?) on (.*)$/s.exec(name) ?? []
  const toward = `${verb === 'grant' ? 'to' : 'from'} ${role(grantee)}${grantable ? ' with grant option' : ''}`
  if (object === 'the database')
    return inDatabase(`${verb} ${privilege} on database %I ${toward.replaceAll('%', '%%')}`)
  const column = /^column (.+)\.((?:"(?:[^"]|"")+"|[^".]+))$/.exec(object)
  if (column) return `${verb} ${privilege} (${column[2]}) on table ${column[1]} ${toward};`
  return `${verb} ${privilege} on ${object} ${toward};`
}

/** @param name such as `anon: select on new tables of postgres in public` */
export function defaultPrivilegeSql(name: string, verb: 'grant' | 'revoke'): string | undefined {
  const found = /^(.*?): (\w+) on new (\w+) of (.*) in (.*)$/s.exec(name)
  if (!found) return undefined
  const [, grantee = '', privilege, kind, owner = '', schema] = found
  const place = schema === 'every schema' ? '' : ` in schema ${schema}`
  return `alter default privileges for role ${role(owner)}${place} ${verb} ${privilege} on ${kind} ${verb === 'grant' ? 'to' : 'from'} ${role(grantee)};`
}

/**
 * Restores what PUBLIC has by default; each other right is a difference of its own.
 *
 * @param name such as `of postgres on new f in every schema`
 * @param rights the access control list to restore; undefined for PostgreSQL's own
 */
export function defaultsSql(name: string, rights: string | undefined): string | undefined {
  const [, owner = '', kind] = /^of (.*) on new (\w) in every schema$/s.exec(name) ?? []
  const right = kind === 'f' ? 'execute on functions' : kind === 'T' ? 'usage on types' : undefined
  if (right === undefined) return undefined
  const isPublic = rights === undefined || /[{,]"?=/.test(rights)
  return `alter default privileges for role ${role(owner)} ${isPublic ? 'grant' : 'revoke'} ${right} ${isPublic ? 'to' : 'from'} public;`
}

/** @param name such as `member is a member of clerk` */
export function membershipSql(
  name: string,
  verb: 'grant' | 'revoke' | 'revoke admin option for',
  admin?: string,
): string {
  const [member = '', group = ''] = name.split(' is a member of ')
  return `${verb} ${group} ${verb === 'grant' ? 'to' : 'from'} ${member}${admin ? ' with admin option' : ''};`
}

/** @param name such as `member in this database: search_path` */
export function settingSql(name: string, value: string | undefined): string | undefined {
  const [, who = '', setting = ''] = /^(.*): (.*)$/s.exec(name) ?? []
  const change = value === undefined ? `reset ${setting}` : `set ${setting} = ${pg.escapeLiteral(value)}`
  const found = /^(.*) in this database$/s.exec(who)
  if (!found) return `alter role ${who === 'everybody' ? 'all' : who} ${change};`
  const whose =
    found[1] === 'everybody' ? 'database %I' : `role ${found[1]?.replaceAll('%', '%%')} in database %I`
  return inDatabase(`alter ${whose} ${change.replaceAll('%', '%%')}`)
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  superuser: 'superuser',
  'bypasses row level security': 'bypassrls',
  'creates roles': 'createrole',
  'creates databases': 'createdb',
  login: 'login',
  replication: 'replication',
}

export function roleSql(name: string, fact: string, before: string | undefined): string | undefined {
  if (fact === 'inherits') return `alter role ${name} ${before === 'no' ? 'no' : ''}inherit;`
  if (fact === 'connections') return `alter role ${name} connection limit ${before ?? -1};`
  const attribute = ATTRIBUTES[fact]
  return attribute && `alter role ${name} ${before === 'yes' ? '' : 'no'}${attribute};`
}

function role(name: string): string {
  return name === 'public' ? name : pg.escapeIdentifier(name)
}
