import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { inPackage } from './database.ts'

/** npm packages of the workspace. */
const NODE_MODULES = inPackage('..', '..', 'node_modules')

/** Every flag of TypeScript that makes it stricter, and the libraries' declarations checked too. */
const STRICTEST = {
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
}

/** What a package exports of the generated modules. */
const INDEX = `export type { ColumnType, Insertable, Selectable, Updateable } from './columns.js'
export type * from './generated/db.js'
export * from './generated/values.js'
export * from './json.js'
`

/** A folder of programs that may import the workspace's npm packages; it is gone after the test. */
export function programFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'type-contract-'))
  chmodSync(folder, 0o755)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeProgram(folder, { 'package.json': '{ "type": "module" }' })
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'))
  return folder
}

/** Writes files into a folder. */
export function writeProgram(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Writes generated files as the package that they are made for. */
export function writePackage(folder: string, generated: ReadonlyMap<string, string>): void {
  writeProgram(folder, { ...Object.fromEntries(generated), 'src/index.d.ts': INDEX })
  writeProgram(folder, {
    'src/index.js': `export * from './generated/values.js'\nexport * from './json.js'\n`,
  })
}

/** Compiles a folder; answers the compiler's errors, none where all is well. */
export function compile(folder: string): string[] {
  writeProgram(folder, {
    'tsconfig.json': JSON.stringify({ compilerOptions: STRICTEST, include: ['**/*'] }),
  })
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(NODE_MODULES, 'typescript', 'bin', 'tsc'), '--pretty', 'false', '-p', folder],
    { cwd: folder, encoding: 'utf8' },
  )
  const all = stdout.split('\n').filter((line) => /error TS\d+/.test(line))
  // supabase-js has declarations that do not compile by themselves: its errors, outside of this folder, are its own.
  const errors = all.filter((line) => !line.startsWith('../'))
  if (all.length > 0) return errors
  if (status !== 0) throw new Error(`tsc failed: ${stdout}${stderr}`)
  return []
}

/** A value as TypeScript source, so that the compiler can say whether it fits a type. */
export function sourceOf(value: unknown): string {
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`
  if (value instanceof Uint8Array) return `new Uint8Array([${[...value].join(', ')}])`
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const prototype: object | null = Object.getPrototypeOf(value)
    const methods =
      prototype === Object.prototype || prototype === null ? [] : Object.getOwnPropertyNames(prototype)
    const properties = [
      ...Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${sourceOf(each)}`),
      ...methods.filter((name) => /^to(Postgres|ISO)$/.test(name)).map((name) => `${name}: () => ''`),
    ]
    return `{ ${properties.join(', ')} }`
  }
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}
