import { randomInt, randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Column, Shape } from './shapes.ts'

/** The source of the key values of a person's rows: the same in every table, so that foreign keys match. */
export interface Seed {
  /** The account, a uuid. */
  account: string
  /** The row, if its key is a uuid or a string. */
  row: string
  /** The row, if its key is a number. */
  number: number
}

/** A random seed. */
export function freshSeed(): Seed {
  // The number fits an integer and is above the values of any sequence in a test's database.
  return { account: randomUUID(), row: randomUUID(), number: randomInt(1_000_000_000, 2_000_000_000) }
}

/** A row that statements write or refer to. */
export interface Row {
  /** The seed of its id and of its foreign keys. */
  id: Seed
  /** The seed of its owner. */
  owner: Seed
  /** Distinguishes the rows of one person in a unique numeric column. */
  n: number
}

/** The row of a person. */
export function rowOf(seed: Seed, n = 1): Row {
  return { id: seed, owner: seed, n }
}

/** SQL of a row's value in a column; `default` if PostgreSQL generates it. */
export function valueIn(shape: Shape, column: Column, row: Row): string {
  if (column.generated) return 'default'
  if (column === shape.owner && isAccount(shape)) return pg.escapeLiteral(row.owner.account)
  if (column === shape.id) return keyIn(shape, row.id)
  if (column === shape.owner) return keyOf(shape, column, row.owner)
  const example = shape.access.examples?.[column.name]
  if (example !== undefined) return example
  if (column.account) return pg.escapeLiteral(row.owner.account)
  if (column.references) return keyOf(shape, column, row.id)
  return stockValue(column, row)
}

/** The same for an insert: `default` for an identity column. */
export function newValue(shape: Shape, column: Column, row: Row): string {
  return column.identity ? 'default' : valueIn(shape, column, row)
}

/** The id of a seed's row, as a literal. */
export function keyIn(shape: Shape, seed: Seed): string {
  return keyOf(shape, shape.id, seed)
}

/** SQL condition for the rows of a person. */
export function belongsTo(shape: Shape, seed: Seed, alias?: string): string {
  const column = pg.escapeIdentifier(shape.anchor.name)
  return `${alias ? `${alias}.` : ''}${column} = ${anchorOf(shape, seed)}`
}

/** A person's value in the anchor column, as a literal. */
export function anchorOf(shape: Shape, seed: Seed): string {
  return valueIn(shape, shape.anchor, rowOf(seed))
}

/** The same value as the client receives it. */
export function anchorText(shape: Shape, seed: Seed): string {
  return anchorOf(shape, seed).replaceAll("'", '')
}

function isAccount({ rows }: Shape): boolean {
  return typeof rows !== 'string' && rows.rule === undefined
}

function keyOf(shape: Shape, column: Column, seed: Seed): string {
  if (column.references) return valueIn(column.references.shape, column.references.column, rowOf(seed))
  switch (column.base) {
    case 'uuid':
    case 'text':
    case 'character varying':
      return pg.escapeLiteral(seed.row)
    case 'integer':
    case 'bigint':
    case 'numeric':
      return String(seed.number)
    default:
      throw new Error(
        `${shape.table}.${column.name} is part of the primary key and has type ${column.type}: rls-judge supports uuid, text and numbers`,
      )
  }
}

function stockValue(column: Column, row: Row): string {
  if (column.label !== undefined) return column.required ? pg.escapeLiteral(column.label) : 'default'
  switch (column.base) {
    case 'uuid':
      return pg.escapeLiteral(row.id.row)
    case 'integer':
    case 'bigint':
    case 'smallint':
    case 'numeric':
    case 'real':
    case 'double precision':
      return String(row.n)
    case 'boolean':
      return column.required ? 'true' : 'default'
    case 'jsonb':
    case 'json':
      return column.required ? "'{}'" : 'default'
    case 'timestamp with time zone':
    case 'timestamp without time zone':
    case 'date':
      // A key must be the same in every transaction.
      return column.inKey ? "'2030-01-01'" : 'now()'
    default:
      return column.required ? "'sample'" : 'default'
  }
}
