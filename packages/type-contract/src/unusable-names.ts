import { failed } from 'postgres-kit/failure.ts'
import type { Catalog } from './catalog.ts'
import { pascalCase } from './names.ts'
import { quoted } from './text.ts'

/**
 * Refuses names that cannot be used: `"!"` has no letter, and a JavaScript object loses a property called `__proto__` (in
 * pg's rows, and in copied JSON).
 *
 * @throws Failure (1) with every such name
 */
export function refuseUnusableNames({ relations, functions, metadata }: Catalog, schema: string): void {
  const enums = metadata.types.filter((type) => type.schema === schema && type.enums.length > 0)
  const composites = metadata.types.filter((type) => type.schema === schema && type.attributes.length > 0)
  const typed: [string, string][] = [
    ...relations.map(({ name }): [string, string] => ['table', name]),
    ...functions.map(({ name }): [string, string] => ['function', name]),
    ...enums.map(({ name }): [string, string] => ['type', name]),
  ]
  const properties: [string, string][] = [
    ...typed,
    ...composites.map(({ name }): [string, string] => ['type', name]),
    ...composites.flatMap(({ name, attributes }) =>
      attributes.map((each): [string, string] => [`type ${quoted(name)}: attribute`, each.name]),
    ),
    ...relations.flatMap(({ name, columns }) =>
      columns.map((each): [string, string] => [`table ${quoted(name)}: column`, each.name]),
    ),
    ...functions.flatMap((each) =>
      [...each.arguments, ...(each.columns ?? [])].map((part): [string, string] => [
        `function ${quoted(each.name)}: parameter`,
        part.name,
      ]),
    ),
  ]
  const problems = [
    ...properties
      .filter(([, name]) => name === '__proto__')
      .map(([what, name]) => `  ${what} ${quoted(name)}: JavaScript objects lose a property of that name`),
    ...typed
      .filter(([, name]) => name !== '__proto__' && pascalCase(name) === '')
      .map(([what, name]) => `  ${what} ${quoted(name)}: no letter or digit to name a type after`),
  ]
  if (problems.length === 0) return
  throw failed(`schema ${schema}: unsupported names\n${[...new Set(problems)].join('\n')}\nRename them`)
}
