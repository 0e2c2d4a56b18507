import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { compileStrictly, NODE_MODULES, writeProgram } from './strict-compiler.ts'

/** The front door of a package with generated modules. */
const INDEX = `export type { ColumnType, Insertable, Selectable, Updateable } from './columns.js'
export type * from './generated/db.js'
export * from './generated/values.js'
export * from './json.js'
`

/** A folder for programs that may import the workspace's npm packages; removed after the test. */
export function programFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'type-contract-'))
  chmodSync(folder, 0o755)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeProgram(folder, { 'package.json': '{ "type": "module" }' })
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'))
  return folder
}

/** Writes generated files as a package. */
export function writePackage(folder: string, generated: ReadonlyMap<string, string>): void {
  writeProgram(folder, { ...Object.fromEntries(generated), 'src/index.d.ts': INDEX })
  writeProgram(folder, {
    'src/index.js': `export * from './generated/values.js'\nexport * from './json.js'\n`,
  })
}

/**
 * Compiles a folder and returns the compiler's errors. Errors outside of the folder are ignored, because supabase-js has
 * declarations that do not compile.
 */
export function compile(folder: string): string[] {
  return compileStrictly(folder).filter((line) => !line.startsWith('../'))
}
