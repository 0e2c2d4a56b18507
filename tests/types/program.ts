import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { GeneratedFiles } from 'type-contract/files.ts'
import { inRoot } from '../../db/paths.ts'
import { writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'

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
