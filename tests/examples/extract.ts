import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { API, type Project, SymbolFlags } from 'typescript/unstable/sync'
import { inRoot } from '../../db/paths.ts'
import { PUBLISHED, type Published } from './published.ts'

/** A function that a package exports, with the examples of its JSDoc. */
export interface PublicFunction {
  package: string
  name: string
  examples: string[]
}

/**
 * Every function that the published packages export, including re-exports, found with the compiler's API. That API is
 * unstable, but TypeScript's version is pinned, and a change of the API fails here.
 *
 * @param folder for the compiler's project file
 */
export function publicFunctions(folder: string): PublicFunction[] {
  const config = join(folder, 'tsconfig.json')
  const files = PUBLISHED.map(({ entry }) => entry)
  writeFileSync(config, JSON.stringify({ extends: inRoot('tsconfig.json'), files, include: [] }))
  const api = new API({ cwd: folder })
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    if (!project) throw new Error('the compiler did not open the packages')
    return PUBLISHED.flatMap((published) => functionsOf(project, published))
  } finally {
    api.close()
  }
}

function functionsOf({ program, checker }: Project, { name, entry }: Published): PublicFunction[] {
  const source = program.getSourceFile(entry)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${entry} exports nothing`)
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => symbol.flags & SymbolFlags.Function)
    .map((symbol) => ({
      package: name,
      name: symbol.name,
      examples: checker
        .getJsDocTagsOfSymbol(symbol)
        .flatMap((tag) => (tag.name === 'example' ? [tag.text ?? ''] : [])),
    }))
}
