import type { A_Const, Node, RangeVar, RoleSpec, TypeName } from 'libpg-query'

/** `schema.name`, with the default schema if none is written. */
export function relationName({ schemaname, relname = '' }: RangeVar, defaultSchema: string): string {
  return `${schemaname ?? defaultSchema}.${relname}`
}

/** Strings of a list of String nodes. */
export function stringsOf(nodes: readonly Node[] = []): string[] {
  return nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []))
}

/** `schema.name` of a list of String nodes. */
export function qualified(nodes: readonly Node[] = [], defaultSchema: string): string {
  const names = stringsOf(nodes)
  return names.length > 1 ? names.slice(-2).join('.') : `${defaultSchema}.${names[0] ?? ''}`
}

/** Name of a role. PUBLIC is returned as `public`, which cannot be the name of a role. */
export function roleName({ roletype, rolename }: RoleSpec): string {
  if (roletype === 'ROLESPEC_PUBLIC') return 'public'
  return rolename ?? 'current_user'
}

export function roleNames(nodes: readonly Node[] = []): string[] {
  return nodes.flatMap((node) => ('RoleSpec' in node ? [roleName(node.RoleSpec)] : []))
}

/** A type as the parser names it: `int4`, `text[]`, `numeric(12,2)`. */
export function typeText({ names, typmods = [], arrayBounds = [] }: TypeName): string {
  const name = stringsOf(names)
    .filter((part) => part !== 'pg_catalog')
    .join('.')
  const modifiers = typmods.map((each) => ('A_Const' in each ? constantText(each.A_Const) : '?'))
  return `${name}${modifiers.length > 0 ? `(${modifiers.join(',')})` : ''}${'[]'.repeat(arrayBounds.length)}`
}

export function constantText({ ival, sval, fval, boolval, isnull }: A_Const): string {
  if (isnull) return 'null'
  if (boolval) return String(boolval.boolval ?? false)
  if (ival) return String(ival.ival ?? 0)
  return sval?.sval ?? fval?.fval ?? ''
}

type Content<Kind extends string> =
  Extract<Node, Record<Kind, unknown>> extends infer Found
    ? Found extends Record<Kind, infer Value>
      ? Value
      : never
    : never

/** Every node of one kind, such as `ColumnRef`, in a tree. */
export function* inside<Kind extends string>(tree: unknown, kind: Kind): Iterable<Content<Kind>> {
  if (Array.isArray(tree)) for (const each of tree) yield* inside(each, kind)
  else if (typeof tree === 'object' && tree !== null) {
    for (const [key, value] of Object.entries(tree)) {
      if (key === kind) yield value as Content<Kind>
      yield* inside(value, kind)
    }
  }
}

/** Names of the columns that an expression reads: the last part of each. */
export function columnsIn(tree: unknown): string[] {
  return [...inside(tree, 'ColumnRef')].flatMap(({ fields }) => stringsOf(fields).slice(-1))
}
