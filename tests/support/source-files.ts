import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { isNoSubstitutionTemplateLiteral, isStringLiteral, type Node } from 'typescript/unstable/ast'
import { isTemplateHead, isTemplateMiddle, isTemplateTail } from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'
import { inRoot } from '../../db/paths.ts'

/** A TypeScript or JavaScript file of this repository, read with TypeScript's own parser. */
export interface SourceFile {
  /** Relative to the root. */
  path: string
  lines: number
  /** Module specifiers as written: of static imports and exports, type imports and import(). */
  imports: string[]
  /** Texts of its string literals; in a template, `…` replaces each expression. */
  strings: string[]
}

/** Sorted tracked and new files, relative to the root. */
export function listFiles(...patterns: string[]): string[] {
  return spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns],
    { cwd: inRoot(), encoding: 'utf8' },
  )
    .stdout.split('\0')
    .filter((path) => path !== '' && existsSync(inRoot(path)))
    .sort()
}

/** The folder of each package of this repository, by the package's name. */
export function packageFolders(): ReadonlyMap<string, string> {
  return new Map(
    listFiles('*package.json')
      .filter((path) => path.includes('/'))
      .map((path) => [nameOf(path), posix.dirname(path)]),
  )
}

function nameOf(manifest: string): string {
  const content: unknown = JSON.parse(readFileSync(inRoot(manifest), 'utf8'))
  return typeof content === 'object' && content !== null && 'name' in content ? String(content.name) : ''
}

/** Parses every TypeScript and JavaScript file of this repository. */
export function parseSources(): SourceFile[] {
  const paths = listFiles('*.ts', '*.mjs', '*.cjs', '*.js')
  // A separate project in memory, so that each file is parsed once, without its imports.
  const project = inRoot('.parse-only.json')
  const config = JSON.stringify({
    compilerOptions: { noResolve: true, noLib: true, types: [], allowJs: true, noEmit: true },
    files: paths,
  })
  const compiler = new API({
    cwd: inRoot(),
    fs: {
      readFile: (path) => (path === project ? config : undefined),
      fileExists: (path) => (path === project ? true : undefined),
    },
  })
  try {
    const program = compiler.updateSnapshot({ openProjects: [project] }).getProject(project)?.program
    return paths.map((path) => {
      const file = program?.getSourceFile(inRoot(path))
      if (!file) throw new Error(`TypeScript did not parse ${path}`)
      return {
        path,
        lines: file.text.trimEnd().split('\n').length,
        imports: file.imports.filter(isStringLiteral).map(({ text }) => text),
        strings: stringsOf(file),
      }
    })
  } finally {
    compiler.close()
  }
}

function stringsOf(file: Node): string[] {
  const strings: string[] = []
  const visit = (node: Node): void => {
    if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) strings.push(node.text)
    else if (isTemplateHead(node)) strings.push(node.text)
    else if (isTemplateMiddle(node) || isTemplateTail(node))
      strings.push(`${strings.pop() ?? ''}…${node.text}`)
    node.forEachChild(visit)
  }
  visit(file)
  return strings
}
