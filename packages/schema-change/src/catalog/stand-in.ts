import type { CatalogChange } from './compare.ts'

const BODIES: Readonly<Record<string, string>> = { plpgsql: 'begin end', sql: 'select null' }

/** The same change with function bodies that do nothing. A function whose body cannot be replaced loses its definition. */
export function withoutBodies(change: CatalogChange): CatalogChange {
  const { object } = change
  if (object.kind !== 'function' && object.kind !== 'procedure') return change
  const { definition, ...others } = object.facts
  const changed = {
    ...object,
    facts: { ...others, ...(definition === undefined ? {} : { definition: withoutBody(definition) ?? '' }) },
  }
  if (change.type === 'gone') return change
  if (change.type !== 'changed') return { type: change.type, object: changed }
  const facts = change.facts.map((each) =>
    each.fact === 'definition' ? { ...each, after: withoutBody(each.after ?? '') } : each,
  )
  return { ...change, object: changed, facts }
}

/** A definition as PostgreSQL prints it, with another body. */
function withoutBody(definition: string): string | undefined {
  const [, head, language, tag] =
    /^([\s\S]*?\n LANGUAGE (\w+)\n[\s\S]*?AS )(\$function?x*\$|\$procedure?x*\$)/.exec(definition) ?? []
  const body = BODIES[language ?? '']
  return body === undefined ? undefined : `${head}${tag}${body}${tag}\n`
}
