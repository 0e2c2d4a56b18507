import pg from 'pg'
import type { CatalogChange, FactChange } from './compare.ts'
import type { CatalogObject } from './object.ts'

/**
 * SQL that reverts a difference. Undefined if one statement cannot do that. It is printed for a person and never run
 * automatically.
 */
export function undoSql(change: CatalogChange): string | undefined {
  const { object } = change
  if (change.type !== 'changed') return change.type === 'new' ? dropSql(object) : createSql(object)
  const statements = change.facts.map((fact) => restoreSql(object, change.facts, fact))
  return statements.includes(undefined) ? undefined : [...new Set(statements)].join(' ')
}

const DROPPED_BY_NAME = [
  'table',
  'view',
  'materialized view',
  'foreign table',
  'sequence',
  'index',
  'policy',
  'trigger',
  'rule',
  'statistics',
  'function',
  'procedure',
  'domain',
  'extension',
  'schema',
  'publication',
  'event trigger',
]

function dropSql(object: CatalogObject): string | undefined {
  const { kind, name, table } = object
  if (DROPPED_BY_NAME.includes(kind)) return `drop ${kind} ${name};`
  switch (kind) {
    case 'enum':
    case 'range':
    case 'composite type':
      return `drop type ${name};`
    case 'column':
      return `alter table ${table} drop column ${lastPart(name, table)};`
    case 'constraint':
      return table === undefined
        ? `alter domain ${name.slice(firstPart(name).length + ' on '.length)} drop constraint ${firstPart(name)};`
        : `alter table ${table} drop constraint ${firstPart(name)};`
    case 'grant':
      return grantSql(name, 'revoke')
    case 'lost right':
      return grantSql(name.replace(/ on (?=[^ ]+$)/, ' on table '), 'grant')
    case 'default privilege':
      return defaultPrivilegeSql(name, 'revoke')
    case 'membership': {
      const [member = '', role = ''] = name.split(' is a member of ')
      return `revoke ${role} from ${member};`
    }
    case 'setting':
      return settingSql(name, undefined)
    case 'disabled trigger':
      return table && `alter table ${table} enable trigger all;`
    default:
      return undefined
  }
}

function createSql(object: CatalogObject): string | undefined {
  const { kind, name, table, facts } = object
  switch (kind) {
    case 'index':
    case 'trigger':
    case 'rule':
    case 'statistics':
    case 'function':
    case 'procedure':
      return facts.definition && `${facts.definition.trim()};`
    case 'constraint':
      return table && `alter table ${table} add constraint ${firstPart(name)} ${facts.definition};`
    case 'policy':
      return policySql(object)
    case 'view':
      return `create view ${name}${facts.options ? ` with ${facts.options.replace(/^\{(.*)\}$/, '($1)')}` : ''} as ${facts.definition}`
    case 'grant':
      return grantSql(name, 'grant')
    case 'lost right':
      return grantSql(name.replace(/ on (?=[^ ]+$)/, ' on table '), 'revoke')
    case 'default privilege':
      return defaultPrivilegeSql(name, 'grant')
    case 'extension':
      return `create extension ${name} with schema ${facts.schema};`
    case 'membership': {
      const [member = '', role = ''] = name.split(' is a member of ')
      return `grant ${role} to ${member};`
    }
    case 'setting':
      return settingSql(name, facts.value)
    default:
      // The rows of a dropped table or column are lost.
      return undefined
  }
}

function policySql({ name, facts }: CatalogObject): string {
  const using = facts.using === undefined ? '' : ` using (${facts.using})`
  const check = facts['with check'] === undefined ? '' : ` with check (${facts['with check']})`
  return `create policy ${name} as ${facts.kind} for ${facts.command} to ${facts.roles}${using}${check};`
}

/** SQL that restores the earlier value of one fact. */
function restoreSql(
  object: CatalogObject,
  all: readonly FactChange[],
  { fact, before }: FactChange,
): string | undefined {
  const { kind, name, table } = object
  if (fact === 'comment') return commentSql(object, before)
  if (fact === 'owner' && kind !== 'database') return `alter ${kind} ${name} owner to ${before};`
  switch (kind) {
    case 'table':
      return tableSql(name, fact, before)
    case 'column':
      return table && columnSql(`alter table ${table} alter column ${lastPart(name, table)}`, fact, before)
    case 'policy': {
      const facts = {
        ...object.facts,
        ...Object.fromEntries(all.map((each) => [each.fact, each.before ?? ''])),
      }
      return `drop policy ${name}; ${policySql({ ...object, facts: withoutEmpty(facts) })}`
    }
    case 'trigger':
      if (fact !== 'fires') return `drop trigger ${name}; ${before};`
      return (
        table &&
        `alter table ${table} ${before === undefined ? 'enable' : 'disable'} trigger ${firstPart(name)};`
      )
    case 'function':
    case 'procedure':
      return fact === 'definition' ? `${before?.trim()};` : undefined
    case 'index':
      return fact === 'definition'
        ? `drop index ${name}; ${before};`
        : fact === 'valid'
          ? `reindex index ${name};`
          : undefined
    case 'constraint':
      return fact === 'definition' && table
        ? `alter table ${table} drop constraint ${firstPart(name)}, add constraint ${firstPart(name)} ${before};`
        : undefined
    case 'view':
      return fact === 'definition' ? `create or replace view ${name} as ${before}` : undefined
    case 'setting':
      return settingSql(name, before)
    case 'grant':
      return before === undefined ? grantSql(name, 'revoke grant option for') : undefined
    case 'role':
      return roleSql(name, fact, before)
    default:
      return undefined
  }
}

function tableSql(name: string, fact: string, before: string | undefined): string | undefined {
  if (fact === 'row level security') {
    const enabled = before === 'off' ? 'disable' : 'enable'
    return `alter table ${name} ${enabled} row level security, ${before?.endsWith('too') ? 'force' : 'no force'} row level security;`
  }
  if (fact === 'persistence') return `alter table ${name} set ${before ?? 'logged'};`
  if (fact === 'replica identity')
    return before === undefined ? `alter table ${name} replica identity default;` : undefined
  return undefined
}

function columnSql(alter: string, fact: string, before: string | undefined): string | undefined {
  switch (fact) {
    case 'not null':
      return `${alter} ${before === 'yes' ? 'set' : 'drop'} not null;`
    case 'default':
      return `${alter} ${before === undefined ? 'drop default' : `set default ${before}`};`
    case 'type':
      return `${alter} type ${before};`
    case 'statistics':
      return `${alter} set statistics ${before ?? -1};`
    default:
      return undefined
  }
}

function commentSql({ kind, name }: CatalogObject, before: string | undefined): string {
  return `comment on ${kind} ${name} is ${before === undefined ? 'null' : pg.escapeLiteral(before)};`
}

/** `member: update on column shop.items.title` */
function grantSql(name: string, verb: 'grant' | 'revoke' | 'revoke grant option for'): string | undefined {
  const [, grantee = '', privilege = '', object = ''] = /^(.*?): (\w+) on (.*)$/s.exec(name) ?? []
  const toward = verb === 'grant' ? 'to' : 'from'
  if (object === 'the database') return undefined
  const column = /^column (.+)\.((?:"(?:[^"]|"")+"|[^".]+))$/.exec(object)
  if (column) return `${verb} ${privilege} (${column[2]}) on table ${column[1]} ${toward} ${role(grantee)};`
  return `${verb} ${privilege} on ${object} ${toward} ${role(grantee)};`
}

/** `anon: select on new tables of postgres in public` */
function defaultPrivilegeSql(name: string, verb: 'grant' | 'revoke'): string | undefined {
  const found = /^(.*?): (\w+) on new (\w+) of (.*) in (.*)$/s.exec(name)
  if (!found) return undefined
  const [, grantee = '', privilege, kind, owner = '', schema] = found
  const place = schema === 'every schema' ? '' : ` in schema ${schema}`
  return `alter default privileges for role ${role(owner)}${place} ${verb} ${privilege} on ${kind} ${verb === 'grant' ? 'to' : 'from'} ${role(grantee)};`
}

/** `member in this database: search_path` */
function settingSql(name: string, value: string | undefined): string | undefined {
  const [, who = '', setting = ''] = /^(.*): (.*)$/s.exec(name) ?? []
  // The facts do not contain the name of the database.
  if (who.endsWith('this database')) return undefined
  return `alter role ${who} ${value === undefined ? `reset ${setting}` : `set ${setting} = ${pg.escapeLiteral(value)}`};`
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  superuser: 'superuser',
  'bypasses row level security': 'bypassrls',
  'creates roles': 'createrole',
  'creates databases': 'createdb',
  login: 'login',
  replication: 'replication',
}

function roleSql(name: string, fact: string, before: string | undefined): string | undefined {
  if (fact === 'inherits') return `alter role ${name} ${before === 'no' ? 'no' : ''}inherit;`
  const attribute = ATTRIBUTES[fact]
  return attribute && `alter role ${name} ${before === 'yes' ? '' : 'no'}${attribute};`
}

function role(name: string): string {
  return name === 'public' ? name : pg.escapeIdentifier(name)
}

function firstPart(name: string): string {
  return name.slice(0, name.indexOf(' on '))
}

function lastPart(name: string, table: string | undefined): string {
  return name.slice((table?.length ?? -1) + 1)
}

function withoutEmpty(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== ''))
}
