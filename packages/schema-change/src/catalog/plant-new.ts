import pg from 'pg'
import type { CatalogObject } from './object.ts'

/** SQL that creates an object without rows, and the facts that it sets. The other facts have the values of `bare`. */
export interface Created {
  sql: string
  sets: readonly string[]
  bare?: Readonly<Record<string, string>>
}

/** How to create an object that `undoSql` does not create. Objects of which only the existence is compared get any content. */
export function createBare(object: CatalogObject): Created | undefined {
  const { kind, name, facts } = object
  switch (kind) {
    case 'table':
      return { sql: `create table ${name} ();`, sets: [], bare: { 'row level security': 'off' } }
    case 'column':
      return columnOf(object)
    case 'materialized view':
      return {
        sql: `create materialized view ${name} as ${facts.definition?.replace(/;\s*$/, '')} with no data;`,
        sets: ['definition'],
      }
    case 'sequence':
      return sequenceOf(object)
    case 'enum':
      return { sql: `create type ${name} as enum (${facts.values ?? ''});`, sets: ['values'] }
    case 'domain':
      return {
        sql: `create domain ${name} as ${facts.base}${facts.default === undefined ? '' : ` default ${facts.default}`}${facts['not null'] ? ' not null' : ''};`,
        sets: ['base', 'default', 'not null'],
      }
    case 'schema':
    case 'foreign data wrapper':
      return { sql: `create ${kind} ${name};`, sets: [] }
    case 'publication':
      return { sql: `create publication ${name}${publishedBy(facts.tables)};`, sets: ['tables'] }
    case 'subscription':
      return subscriptionOf(object)
    case 'event trigger':
      return eventTriggerOf(object)
    case 'disabled trigger':
      return { sql: `alter table ${object.table} disable trigger all;`, sets: ['fires'] }
    case 'operator':
      return operatorOf(name)
    case 'collation':
      return { sql: `create collation ${name} from pg_catalog."C";`, sets: [] }
    case 'conversion':
      return {
        sql: `create conversion ${name} for 'LATIN1' to 'UTF8' from pg_catalog.iso8859_1_to_utf8;`,
        sets: [],
      }
    case 'text search configuration':
      return { sql: `create ${kind} ${name} (copy = pg_catalog.simple);`, sets: [] }
    case 'text search dictionary':
      return { sql: `create ${kind} ${name} (template = pg_catalog.simple);`, sets: [] }
    default:
      return undefined
  }
}

/** The default is set later: ADD COLUMN would run it. */
function columnOf({ name, table, facts }: CatalogObject): Created | undefined {
  if (table === undefined) return undefined
  const collation = facts.collation === undefined ? '' : ` collate ${facts.collation}`
  const generated = facts.generated === undefined ? '' : ` generated always as (${facts.generated}) stored`
  const identity = facts.identity === undefined ? '' : ` generated ${facts.identity} as identity`
  return {
    sql: `alter table ${table} add column ${name.slice(table.length + 1)} ${facts.type}${collation}${generated}${identity};`,
    sets: ['type', 'collation', 'generated', 'identity'],
    bare: { 'not null': 'no' },
  }
}

function sequenceOf({ name, facts }: CatalogObject): Created | undefined {
  const found = /^(.+) from (-?\d+) by (-?\d+), (-?\d+) to (-?\d+), cache (\d+)(, cycle)?$/.exec(
    facts.sequence ?? '',
  )
  if (!found) return undefined
  const [, type, start, by, least, most, cache, cycle] = found
  return {
    sql: `create sequence ${name} as ${type} start ${start} increment ${by} minvalue ${least} maxvalue ${most} cache ${cache}${cycle ? ' cycle' : ''};`,
    sets: ['sequence'],
  }
}

function publishedBy(tables: string | undefined): string {
  if (tables === undefined) return ''
  return tables === 'all' ? ' for all tables' : ` for table ${tables}`
}

function subscriptionOf({ name, facts }: CatalogObject): Created | undefined {
  const [, publications] = /^\{(\w+(?:,\w+)*)\}$/.exec(facts.to ?? '') ?? []
  if (publications === undefined || facts.enabled !== 'false') return undefined
  return {
    sql: `create subscription ${name} connection 'host=none' publication ${publications} with (connect = false);`,
    sets: ['enabled', 'to'],
  }
}

function eventTriggerOf({ name, facts }: CatalogObject): Created | undefined {
  const [, tags] = /^\{(.+)\}$/.exec(facts.tags ?? '{}') ?? []
  const listed = tags
    ?.split(',')
    .map((tag) => pg.escapeLiteral(tag.replaceAll('"', '')))
    .join(', ')
  if (facts.fires !== 'O') return undefined
  return {
    sql: `create event trigger ${name} on ${facts.on}${listed === undefined ? '' : ` when tag in (${listed})`} execute function ${facts.calls};`,
    sets: ['on', 'calls', 'tags', 'fires'],
  }
}

function operatorOf(name: string): Created | undefined {
  const [, operator, left, right] = /^(\S+) \((.+), (.+)\)$/.exec(name) ?? []
  if (operator === undefined) return undefined
  const sides = left === '-' ? [`rightarg = ${right}`] : [`leftarg = ${left}`, `rightarg = ${right}`]
  const types = left === '-' ? right : `${left}, ${right}`
  return {
    sql: `create function pg_temp.stand_in(${types}) returns boolean language sql as 'select true'; create operator ${operator} (${sides.join(', ')}, function = pg_temp.stand_in);`,
    sets: [],
  }
}
