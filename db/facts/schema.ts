import { readFileSync } from 'node:fs'
import {
  type AlterTableStmt,
  type ColumnDef,
  type Constraint as ConstraintNode,
  type CreateStmt,
  loadModule,
  type Node,
  parseSync,
  scanSync,
  type TypeName,
} from 'libpg-query'
import { parseChecks, type Rule } from 'type-contract/checks.ts'
import { inRoot } from '../paths.ts'
import { checkSlicer } from './check-text.ts'

/** A table of schema public, from db/schema.sql. */
export interface TableFacts {
  name: string
  columns: ColumnFacts[]
  constraints: ConstraintFacts[]
}

export interface ColumnFacts {
  name: string
  /** The name in pg_type: `int4`, `timestamptz`. */
  type: string
  /** Precision and scale of a `numeric(12,6)`. */
  digits: readonly number[]
  notNull: boolean
  hasDefault: boolean
  /** The text of a constant default. */
  constant: string | undefined
  generated: boolean
  /** CHECKs on the column that types can express. */
  rules: Rule[]
  /** Whether a CHECK also contains another column, so that the valid values depend on both. */
  tied: boolean
}

export interface ConstraintFacts {
  name: string
  kind: 'primary' | 'unique' | 'foreign' | 'check' | 'exclusion'
  /** Columns of a key. */
  columns: readonly string[]
  references: { table: string; columns: readonly string[]; onDelete: 'cascade' | 'other' } | undefined
  /** `CHECK (…)` as PostgreSQL prints it. */
  definition: string
  validated: boolean
  /** Whether it is a CHECK that no rule of a column expresses. */
  other: boolean
}

/** Reads the tables of schema public from db/schema.sql, with PostgreSQL's own parser. No server is needed. */
export async function readSchema(
  sql = readFileSync(inRoot('db', 'schema.sql'), 'utf8'),
): Promise<TableFacts[]> {
  await loadModule()
  const { stmts = [] } = parseSync(sql)
  const sliceCheck = checkSlicer(sql)
  const tables = new Map<string, TableFacts>()
  for (const { stmt } of stmts) {
    if (!stmt) continue
    if ('CreateStmt' in stmt) addTable(tables, stmt.CreateStmt, sliceCheck)
    if ('AlterTableStmt' in stmt) alterTable(tables, stmt.AlterTableStmt, sliceCheck)
  }
  const list = [...tables.values()]
  await addRules(list)
  return list
}

type SliceCheck = (location: number) => string

function addTable(
  tables: Map<string, TableFacts>,
  { relation, tableElts = [] }: CreateStmt,
  slice: SliceCheck,
): void {
  if (relation?.schemaname !== 'public' || relation.relname === undefined) return
  const table: TableFacts = { name: relation.relname, columns: [], constraints: [] }
  for (const element of tableElts) {
    if ('ColumnDef' in element) table.columns.push(columnFacts(element.ColumnDef))
    if ('Constraint' in element) table.constraints.push(...constraintFacts(element.Constraint, slice))
  }
  tables.set(table.name, table)
}

/** Reads ALTER TABLE: pg_dump writes keys, identities and NOT VALID checks after the table. */
function alterTable(
  tables: Map<string, TableFacts>,
  { relation, cmds = [] }: AlterTableStmt,
  slice: SliceCheck,
): void {
  const table = relation?.schemaname === 'public' ? tables.get(relation.relname ?? '') : undefined
  for (const each of cmds) {
    if (!table || !('AlterTableCmd' in each)) continue
    const { subtype, def, name } = each.AlterTableCmd
    if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def)
      table.constraints.push(...constraintFacts(def.Constraint, slice))
    const column = table.columns.find((column) => column.name === name)
    if (column && (subtype === 'AT_AddIdentity' || subtype === 'AT_ColumnDefault')) column.hasDefault = true
  }
}

function columnFacts({ colname = '', typeName, constraints = [] }: ColumnDef): ColumnFacts {
  const parts = constraints.flatMap((each) => ('Constraint' in each ? [each.Constraint] : []))
  const part = (kind: ConstraintNode['contype']) => parts.find(({ contype }) => contype === kind)
  const initial = part('CONSTR_DEFAULT')
  return {
    name: colname,
    type: typeNameOf(typeName),
    digits: (typeName?.typmods ?? []).map((node) => Number(constantOf(node))),
    notNull: part('CONSTR_NOTNULL') !== undefined,
    hasDefault: initial !== undefined || part('CONSTR_IDENTITY') !== undefined,
    constant: initial?.raw_expr && constantOf(initial.raw_expr),
    generated: part('CONSTR_GENERATED') !== undefined,
    rules: [],
    tied: false,
  }
}

const KINDS: Partial<Record<NonNullable<ConstraintNode['contype']>, ConstraintFacts['kind']>> = {
  CONSTR_PRIMARY: 'primary',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_CHECK: 'check',
  CONSTR_EXCLUSION: 'exclusion',
}

function constraintFacts(node: ConstraintNode, slice: SliceCheck): ConstraintFacts[] {
  const kind = node.contype && KINDS[node.contype]
  if (!kind || node.conname === undefined) return []
  const { pktable } = node
  return [
    {
      name: node.conname,
      kind,
      columns: strings(kind === 'foreign' ? node.fk_attrs : node.keys),
      references: pktable && {
        table: `${pktable.schemaname}.${pktable.relname}`,
        columns: strings(node.pk_attrs),
        onDelete: node.fk_del_action === 'c' ? 'cascade' : 'other',
      },
      definition: kind === 'check' ? slice(node.location ?? 0) : '',
      validated: node.skip_validation !== true,
      other: false,
    },
  ]
}

async function addRules(tables: readonly TableFacts[]): Promise<void> {
  const rows = tables.flatMap(({ constraints }, relation) =>
    constraints.filter(({ kind }) => kind === 'check').map((check) => ({ ...check, relation })),
  )
  const typeOf = (relation: number, column: string) => ({
    builtin: tables[relation]?.columns.find(({ name }) => name === column)?.type,
  })
  const { rules, others } = await parseChecks(rows, typeOf)
  for (const { relation, column, rule } of rules)
    tables[relation]?.columns.find(({ name }) => name === column)?.rules.push(rule)
  for (const { relation, definition } of others) {
    const { columns = [], constraints = [] } = tables[relation] ?? {}
    for (const check of constraints) if (check.definition === definition) check.other = true
    const words = scanSync(definition).tokens.map(({ text }) => text)
    const named = columns.filter(({ name }) => words.includes(identifierOf(name)))
    if (named.length > 1) for (const column of named) column.tied = true
  }
}

/** A column's name as PostgreSQL prints it in a CHECK: in quotes if necessary. */
function identifierOf(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function typeNameOf(type: TypeName | undefined): string {
  return `${strings(type?.names).at(-1) ?? ''}${type?.arrayBounds ? '[]' : ''}`
}

/** The text of a constant, without casts. */
function constantOf(node: Node): string | undefined {
  if ('TypeCast' in node && node.TypeCast.arg) return constantOf(node.TypeCast.arg)
  if (!('A_Const' in node)) return undefined
  const { ival, fval, sval, boolval } = node.A_Const
  if (ival) return String(ival.ival ?? 0)
  if (boolval) return String(boolval.boolval ?? false)
  return fval?.fval ?? (sval && (sval.sval ?? ''))
}

function strings(nodes: readonly Node[] = []): string[] {
  return nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []))
}
