import pg from 'pg'
import type { CatalogChange } from './compare.ts'
import type { CatalogObject } from './object.ts'
import { opposite } from './opposite.ts'
import { createBare } from './plant-new.ts'
import { undoSql } from './undo.ts'

/** The order in which parts of a table are created; the rest follows. */
const FIRST_PARTS = ['column', 'constraint', 'index']
/** What a statement that creates an object does not set. */
const SET_LATER = ['owner', 'fires', 'clustered']

/**
 * SQL that makes a change on a database that lacks it, in the order to run it. Undefined if no statement can.
 *
 * @param parts parts of a new table or function
 */
export function plantSql(change: CatalogChange, parts: readonly CatalogChange[]): string[] | undefined {
  const inOrder = [...parts].filter((part) => !comesWith(part, change)).sort((a, b) => rank(a) - rank(b))
  const statements = [change, ...inOrder].map(plantOne)
  return statements.every((sql) => sql !== undefined) ? statements : undefined
}

/** Whether the object that a part belongs to creates or drops it. */
function comesWith({ object }: CatalogChange, whole: CatalogChange): boolean {
  if (whole.type === 'gone') return true
  if (object.kind === 'column') return whole.object.kind.endsWith('view')
  return object.facts['of a constraint'] !== undefined
}

function rank({ object }: CatalogChange): number {
  const place = FIRST_PARTS.indexOf(object.kind)
  if (place === -1) return FIRST_PARTS.length
  // A foreign key needs the key that it names.
  return place + (object.facts.definition?.startsWith('FOREIGN KEY') ? 0.5 : 0)
}

function plantOne(change: CatalogChange): string | undefined {
  if (change.type === 'new') return createWhole(change.object)
  if (isInvalidIndex(change))
    return `update pg_catalog.pg_index set indisvalid = false where indexrelid = ${pg.escapeLiteral(change.object.name)}::pg_catalog.regclass;`
  return undoSql(opposite(change))
}

function isInvalidIndex(change: CatalogChange): boolean {
  return (
    change.type === 'changed' && change.facts.every(({ fact, after }) => fact === 'valid' && after === 'no')
  )
}

function createWhole(object: CatalogObject): string | undefined {
  const bare = createBare(object)
  if (bare) return withFacts(object, bare.sql, bare.bare ?? {}, (fact) => !bare.sets.includes(fact))
  const sql = undoSql({ type: 'gone', object })
  return sql && withFacts(object, sql, {}, (fact) => SET_LATER.includes(fact))
}

/** Adds statements for the facts that the first one does not set. */
function withFacts(
  object: CatalogObject,
  sql: string,
  bare: Readonly<Record<string, string>>,
  isLeft: (fact: string) => boolean,
): string | undefined {
  const facts = Object.entries(object.facts)
    .filter(([fact, value]) => isLeft(fact) && bare[fact] !== value)
    .map(([fact, value]) => ({ fact, before: value, after: bare[fact] }))
  if (facts.length === 0) return sql
  const rest = facts.map((fact) =>
    undoSql({ type: 'changed', object: { ...object, facts: bare }, facts: [fact] }),
  )
  return rest.includes(undefined) ? undefined : [sql, ...rest].join(' ')
}
