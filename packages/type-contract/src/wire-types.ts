import { ArrayExpressionNode } from 'kysely-codegen/dist/generator/ast/array-expression-node.js'
import type { ExpressionNode } from 'kysely-codegen/dist/generator/ast/expression-node.js'
import { GenericExpressionNode } from 'kysely-codegen/dist/generator/ast/generic-expression-node.js'
import { IdentifierNode } from 'kysely-codegen/dist/generator/ast/identifier-node.js'
import { UnionExpressionNode } from 'kysely-codegen/dist/generator/ast/union-expression-node.js'
import { PostgresAdapter } from 'kysely-codegen/dist/generator/dialects/postgres/postgres-adapter.js'
import type { Column, Relation } from './catalog.ts'
import { listName, listOf } from './names.ts'

const SCALARS: Readonly<Record<string, IdentifierNode>> = new PostgresAdapter().scalars

/** kysely-codegen's type of a column; text for what pg does not parse. */
export function scalarType(column: Column): IdentifierNode {
  return SCALARS[column.type] ?? named('string')
}

/** Its name, for arrays too. */
export function kyselyName(column: Column): string {
  const element = column.type.replace(/^_/, '')
  return element === column.type ? scalarType(column).name : `${PARSED_ARRAYS[element] ?? 'text of '}[]`
}

/** What pg gives back for a column, and what it takes. */
export interface WireType {
  select: ExpressionNode
  write: ExpressionNode
}

/** The type of a column where kysely-codegen's own differs from what pg does; undefined where it is right. */
export function correctedWireType(relation: Relation, column: Column): WireType | undefined {
  if (column.type.startsWith('_')) return arrayWireType(column.type.slice(1))
  if (listOf(column)) return listWireType(relation, column)
  switch (column.type) {
    case 'json':
    case 'jsonb':
      return jsonWireType(column)
    case 'bytea':
      // pg returns a Buffer, which is one; and the package then needs no types of Node.js
      return same(named('Uint8Array'))
    default:
      return undefined
  }
}

function listWireType(relation: Relation, column: Column): WireType {
  const list = named(listName(relation, column))
  const trusted =
    column.enum.length > 0 || column.rules.some((rule) => rule.kind === 'list' && rule.validated)
  return { select: trusted ? list : named('string'), write: list }
}

function jsonWireType(column: Column): WireType {
  const rule = column.rules.find((each) => each.kind === 'json')
  const read = (name: string) => named(rule?.validated ? name : 'Json')
  switch (rule?.kind === 'json' ? rule.shape : undefined) {
    case 'object':
      return { select: read('JsonObject'), write: either(named('JsonObject'), jsonText('JsonObject')) }
    case 'array':
      // pg writes a JavaScript array as an array of PostgreSQL, which is not JSON
      return { select: read('JsonArray'), write: jsonText('JsonArray') }
    default:
      return {
        select: named('Json'),
        write: either(named('boolean'), named('JsonObject'), named('number'), jsonText('Json')),
      }
  }
}

/** Element types of the arrays that pg-types parses; it returns any other array as PostgreSQL's text, `{a,b}`. */
const PARSED_ARRAYS: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bpchar: 'string',
  bytea: 'Uint8Array',
  cidr: 'string',
  date: 'Date',
  float4: 'number',
  float8: 'number',
  inet: 'string',
  int2: 'number',
  int4: 'number',
  int8: 'string',
  interval: 'PostgresInterval',
  json: 'Json',
  jsonb: 'Json',
  macaddr: 'string',
  money: 'string',
  numeric: 'number',
  numrange: 'string',
  oid: 'number',
  point: 'Point',
  text: 'string',
  time: 'string',
  timestamp: 'Date',
  timestamptz: 'Date',
  timetz: 'string',
  uuid: 'string',
  varchar: 'string',
}

function arrayWireType(element: string): WireType {
  const parsed = PARSED_ARRAYS[element]
  if (parsed === undefined) return same(named('string'))
  // an element may be null, whatever the column says
  const select = new ArrayExpressionNode(either(named(parsed), named('null')))
  switch (element) {
    case 'json':
    case 'jsonb':
      return { select, write: new ArrayExpressionNode(either(jsonText('Json'), named('null'))) }
    case 'int8':
      return {
        select,
        write: new ArrayExpressionNode(either(...['bigint', 'number', 'string', 'null'].map(named))),
      }
    case 'numeric':
      return { select, write: new ArrayExpressionNode(either(...['number', 'string', 'null'].map(named))) }
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return { select, write: new ArrayExpressionNode(either(...['Date', 'string', 'null'].map(named))) }
    default:
      return same(select)
  }
}

const named = (name: string) => new IdentifierNode(name)
const either = (...nodes: ExpressionNode[]) => new UnionExpressionNode(nodes)
const jsonText = (name: string) => new GenericExpressionNode('JsonText', [named(name)])
const same = (node: ExpressionNode): WireType => ({ select: node, write: node })
