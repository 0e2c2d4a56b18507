import { spawnSync } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { GeneratedFiles } from 'type-contract/files.ts'
import { inRoot } from '../../db/paths.ts'
import { writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'
import type { TestDatabase } from '../support/database.ts'

/** Prepares a folder for a program of ECMAScript modules that may import this repository's npm packages. */
export function linkPackages(folder: string): void {
  writeProgram(folder, { 'package.json': '{ "type": "module" }' })
  symlinkSync(inRoot('node_modules'), join(folder, 'node_modules'))
}

/** Writes the package's sources with generated files of another database, as it would be published. */
export function writePackage(folder: string, generated: GeneratedFiles): void {
  cpSync(inRoot('types', 'src'), join(folder, 'src'), { recursive: true })
  writeProgram(folder, Object.fromEntries(generated))
}

/** Runs main.ts of a folder on a database. The folder's tsconfig.json has the paths of the packages. */
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
