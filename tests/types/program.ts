import { spawnSync } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { GeneratedFiles } from 'type-contract/files.ts'
import { inRoot } from '../../db/paths.ts'
import { writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'
import type { TestDatabase } from '../support/database.ts'

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

/** Runs main.ts of a folder, whose tsconfig.json says where the packages are, on a database. */
export function runProgram(
  folder: string,
  args: readonly string[],
  { connection, app }: Pick<TestDatabase, 'connection' | 'app'>,
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'main.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      DATABASE_URL: connection.url.href,
      APP_DATABASE_URL: app.url.href,
      TSX_DISABLE_CACHE: '1',
      TSX_TSCONFIG_PATH: `${folder}/tsconfig.json`,
    },
  })
}
