import type { CatalogChange, FactChange } from './compare.ts'
import type { CatalogObject } from './object.ts'

const LONGEST = 100
const HOLDS_PARTS = ['table', 'view', 'materialized view', 'foreign table', 'composite type']

/** A difference, the parts that are reported with it, and words for both. */
export interface Difference {
  change: CatalogChange
  parts: readonly CatalogChange[]
  words: string
}

/** Differences in words. */
export function changesInWords(changes: readonly CatalogChange[]): string[] {
  return foldParts(changes).map(({ words }) => words)
}

/** Each difference in words. Parts of a new or dropped table are counted, not listed. */
export function foldParts(changes: readonly CatalogChange[]): Difference[] {
  const whole = new Map(
    changes
      .filter(({ type, object }) => HOLDS_PARTS.includes(object.kind) && type !== 'changed')
      .map((change) => [`${change.type} ${change.object.name}`, change]),
  )
  const fresh = new Set(
    changes
      .filter(({ type }) => type === 'new')
      .map(({ object }) => `${kindInGrants(object)} ${object.name}`),
  )
  // A grant belongs to its function, schema or sequence.
  const isGrantOnNew = (type: CatalogChange['type'], { kind, name }: CatalogObject) =>
    type === 'new' && kind === 'grant' && fresh.has(name.slice(name.indexOf(' on ') + ' on '.length))
  // Each of these rights is a difference of its own, which has its own SQL.
  const isListed = ({ kind, name }: CatalogObject) =>
    kind === 'default privileges' && /^of .* on new [rSn] in every schema$/s.test(name)
  const isPart = ({ type, object }: CatalogChange) =>
    (object.table !== undefined && whole.has(`${type} ${object.table}`)) ||
    isGrantOnNew(type, object) ||
    isListed(object)
  return changes
    .filter((change) => !isPart(change))
    .map((change) => {
      const parts = changes.filter((each) => each !== change && isPart(each) && isPartOf(each, change))
      if (!whole.has(`${change.type} ${change.object.name}`)) return { change, parts, words: inWords(change) }
      const listed = parts.filter(({ object }) => object.table === change.object.name)
      return { change, parts, words: `${inWords(change)}${counted(listed.map(({ object }) => object))}` }
    })
}

function isPartOf(
  { type, object }: CatalogChange,
  { type: wholeType, object: whole }: CatalogChange,
): boolean {
  if (type !== wholeType) return false
  return (
    object.table === whole.name ||
    (object.kind === 'grant' && object.name.endsWith(` on ${kindInGrants(whole)} ${whole.name}`))
  )
}

/** The kind that grants name. */
function kindInGrants({ kind }: CatalogObject): string {
  if (kind === 'procedure' || kind === 'aggregate') return 'function'
  return ['enum', 'domain', 'range'].includes(kind) ? 'type' : kind
}

function inWords(change: CatalogChange): string {
  const { kind, name, facts } = change.object
  if (change.type === 'changed') return `${kind} ${name}: ${change.facts.map(factInWords).join('; ')}`
  if (change.type === 'gone') return `${kind} ${name} is gone`
  const detail = facts.type ?? (kind === 'constraint' ? facts.definition : undefined) ?? facts.value
  return `new ${kind} ${name}${detail === undefined ? '' : `: ${short(detail)}`}`
}

function factInWords({ fact, before, after }: FactChange): string {
  if (before !== undefined && after !== undefined && (before + after).includes('\n')) return `other ${fact}`
  if (before === undefined) return `${fact} is ${short(after ?? '')}`
  if (after === undefined) return `no ${fact} any more, was ${short(before)}`
  return `${fact} was ${short(before)}, is ${short(after)}`
}

function counted(objects: readonly CatalogObject[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  if (counts.size === 0) return ''
  return `, with ${[...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : plural(kind)}`).join(', ')}`
}

function plural(kind: string): string {
  return kind === 'index' ? 'es' : 's'
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
