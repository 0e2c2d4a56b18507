/**
 * SQL that restores storage parameters, which the catalog has as `{fillfactor=70,autovacuum_enabled=off}`. Undefined if a value
 * is quoted there.
 *
 * @param alter the beginning of the statement: `alter table shop.items`
 * @param now the parameters to replace
 */
export function optionsSql(
  alter: string,
  before: string | undefined,
  now: string | undefined,
): string | undefined {
  const [old, current] = [parse(before), parse(now)]
  if (!old || !current) return undefined
  const added = [...current.keys()].filter((name) => !old.has(name))
  const changed = [...old].filter(([name, value]) => current.get(name) !== value)
  return [
    ...(added.length > 0 ? [`${alter} reset (${added.join(', ')});`] : []),
    ...(changed.length > 0
      ? [`${alter} set (${changed.map(([name, value]) => `${name} = ${value}`).join(', ')});`]
      : []),
  ].join(' ')
}

function parse(options = '{}'): Map<string, string> | undefined {
  if (!/^\{([\w.]+=[\w.-]+(,[\w.]+=[\w.-]+)*)?\}$/.test(options)) return undefined
  const entries = options.slice(1, -1).split(',').filter(Boolean)
  return new Map(entries.map((entry) => [entry.split('=')[0] ?? '', entry.split('=')[1] ?? '']))
}
