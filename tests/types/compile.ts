import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { GeneratedFiles } from 'type-contract/generate.ts'
import { inRoot } from '../../db/paths.ts'

/** Every flag of TypeScript that makes it stricter, and the libraries' declarations checked too. */
export const STRICTEST = {
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
}

/** Writes files into a folder. */
export function writeProgram(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Makes a folder a program of ECMAScript modules that may import this repository's npm packages. */
export function linkPackages(folder: string): void {
  writeProgram(folder, { 'package.json': '{ "type": "module" }' })
  symlinkSync(inRoot('node_modules'), join(folder, 'node_modules'))
}

/** Writes the package's sources with other generated files: what would be published for another database. */
export function writePackage(folder: string, generated: GeneratedFiles): void {
  cpSync(inRoot('types', 'src'), join(folder, 'src'), { recursive: true })
  writeProgram(folder, Object.fromEntries(generated))
}

/** Compiles a folder; answers the compiler's errors, none where all is well. */
export function compile(
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
  compiler = inRoot('node_modules', 'typescript', 'bin', 'tsc'),
): string[] {
  const compilerOptions = { ...STRICTEST, module: 'nodenext', moduleResolution: 'nodenext', ...options }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*'] }))
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [compiler, '--pretty', 'false', '-p', folder],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  const errors = stdout.split('\n').filter((line) => /error TS\d+/.test(line))
  if (status !== 0 && errors.length === 0) throw new Error(`tsc failed: ${stdout}${stderr}`)
  return errors
}

/** A value as TypeScript source, so that the compiler can say whether it fits a type. */
export function sourceOf(value: unknown): string {
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`
  if (value instanceof Uint8Array) return `new Uint8Array([${[...value].join(', ')}])`
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const methods =
      Object.getPrototypeOf(value) === Object.prototype
        ? []
        : Object.getOwnPropertyNames(Object.getPrototypeOf(value))
    const properties = [
      ...Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${sourceOf(each)}`),
      ...methods.filter((name) => /^to(Postgres|ISO)$/.test(name)).map((name) => `${name}: () => ''`),
    ]
    return `{ ${properties.join(', ')} }`
  }
  return typeof value === 'bigint'
    ? `${value}n`
    : typeof value === 'number'
      ? String(value)
      : JSON.stringify(value)
}
