import pg from 'pg'
import type { CatalogChange, FactChange } from './compare.ts'
import type { CatalogObject } from './object.ts'
import { optionsSql } from './undo-options.ts'
import {
  defaultPrivilegeSql,
  defaultsSql,
  grantSql,
  inDatabase,
  membershipSql,
  roleSql,
  settingSql,
} from './undo-rights.ts'

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
  'enum',
  'range',
  'composite type',
  'aggregate',
  'operator',
  'collation',
  'conversion',
  'text search configuration',
  'text search dictionary',
  'foreign server',
  'foreign data wrapper',
]

/** PostgreSQL's word for a kind of object. */
function word(kind: string): string {
  return ['enum', 'range', 'composite type'].includes(kind) ? 'type' : kind
}

function dropSql(object: CatalogObject): string | undefined {
  const { kind, name, table } = object
  if (DROPPED_BY_NAME.includes(kind)) return `drop ${word(kind)} ${name};`
  switch (kind) {
    case 'subscription':
      return `alter subscription ${name} disable; alter subscription ${name} set (slot_name = none); drop subscription ${name};`
    case 'default privileges':
      return defaultsSql(name, undefined)
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
    case 'membership':
      return membershipSql(name, 'revoke')
    case 'setting':
      return settingSql(name, undefined)
    case 'disabled trigger':
      return table && `alter table ${table} enable trigger all;`
    default:
      return undefined
  }
}

/** SQL that creates an object and its comment. */
function createSql(object: CatalogObject): string | undefined {
  const { comment } = object.facts
  const sql = createOnly(object)
  return sql !== undefined && comment !== undefined ? `${sql} ${commentSql(object, comment)}` : sql
}

function createOnly(object: CatalogObject): string | undefined {
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
      return table === undefined
        ? `alter domain ${name.slice(firstPart(name).length + ' on '.length)} add constraint ${firstPart(name)} ${facts.definition};`
        : `alter table ${table} add constraint ${firstPart(name)} ${facts.definition};`
    case 'policy':
      return policySql(object)
    case 'view':
      return `create view ${name}${facts.options ? ` with ${facts.options.replace(/^\{(.*)\}$/, '($1)')}` : ''} as ${facts.definition}`
    case 'grant':
      return grantSql(name, 'grant', facts['may grant it'])
    case 'default privileges':
      return defaultsSql(name, facts.rights)
    case 'lost right':
      return grantSql(name.replace(/ on (?=[^ ]+$)/, ' on table '), 'revoke')
    case 'default privilege':
      return defaultPrivilegeSql(name, 'grant')
    case 'extension':
      return `create extension ${name} with schema ${facts.schema};`
    case 'membership':
      return membershipSql(name, 'grant', facts.admin)
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
  if (fact === 'owner')
    return kind === 'database'
      ? inDatabase(`alter database %I owner to ${pg.escapeIdentifier(before ?? '')}`)
      : `alter ${word(kind)} ${name} owner to ${pg.escapeIdentifier(before ?? '')};`
  if (fact === 'options' && table === undefined)
    return optionsSql(`alter ${kind} ${name}`, before, object.facts.options)
  switch (kind) {
    case 'table':
      return tableSql(name, fact, before)
    case 'extension':
      return fact === 'schema' ? `alter extension ${name} set schema ${before};` : undefined
    case 'default privileges':
      return defaultsSql(name, before)
    case 'column':
      return (
        table &&
        columnSql(
          `alter table ${table} alter column ${lastPart(name, table)}`,
          fact,
          before,
          object.facts.options,
        )
      )
    case 'policy': {
      const facts = {
        ...object.facts,
        ...Object.fromEntries(all.map((each) => [each.fact, each.before ?? ''])),
      }
      return `drop policy ${name}; ${createSql({ ...object, facts: withoutEmpty(facts) })}`
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
      // A constraint's index cannot be dropped.
      if (fact === 'definition' && object.facts['of a constraint'] === undefined)
        return `drop index ${name}; ${before};`
      if (fact === 'clustered' && table)
        return before === 'yes'
          ? `alter table ${table} cluster on ${name.split('.').at(-1)};`
          : `alter table ${table} set without cluster;`
      return fact === 'valid' ? `reindex index ${name};` : undefined
    case 'constraint':
      return fact === 'definition' && table
        ? `alter table ${table} drop constraint ${firstPart(name)}, add constraint ${firstPart(name)} ${before};`
        : undefined
    case 'view':
      return fact === 'definition' ? `create or replace view ${name} as ${before}` : undefined
    case 'setting':
      return settingSql(name, before)
    case 'grant':
      return before === undefined
        ? grantSql(name, 'revoke grant option for')
        : grantSql(name, 'grant', before)
    case 'membership':
      return fact === 'admin' && before === undefined
        ? membershipSql(name, 'revoke admin option for')
        : membershipSql(name, 'grant', before)
    case 'role':
      return roleSql(name, fact, before)
    default:
      return undefined
  }
}

const REPLICA_IDENTITIES: Readonly<Record<string, string>> = { d: 'default', f: 'full', n: 'nothing' }

function tableSql(name: string, fact: string, before: string | undefined): string | undefined {
  if (fact === 'row level security') {
    const enabled = before === 'off' ? 'disable' : 'enable'
    return `alter table ${name} ${enabled} row level security, ${before?.endsWith('too') ? 'force' : 'no force'} row level security;`
  }
  if (fact === 'persistence') return `alter table ${name} set ${before ?? 'logged'};`
  if (fact === 'replica identity') {
    const identity = REPLICA_IDENTITIES[before ?? 'd']
    return identity && `alter table ${name} replica identity ${identity};`
  }
  return undefined
}

function columnSql(
  alter: string,
  fact: string,
  before: string | undefined,
  options: string | undefined,
): string | undefined {
  switch (fact) {
    case 'options':
      return optionsSql(alter, before, options)
    case 'compression':
      return `${alter} set compression ${before === undefined ? 'default' : before === 'l' ? 'lz4' : 'pglz'};`
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
  return `comment on ${word(kind)} ${name} is ${before === undefined ? 'null' : pg.escapeLiteral(before)};`
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
