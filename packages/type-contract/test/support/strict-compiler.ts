import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The workspace's node_modules, also for a bundle of this file in another folder. */
export const NODE_MODULES = dirname(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
)

/** Every strictness flag of TypeScript; the declarations of libraries are checked as well. */
export const STRICTEST = {
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

/** Writes files into a folder. */
export function writeProgram(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Compiles a folder with all strictness flags and returns the errors. */
export function compileStrictly(
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
  compiler = join(NODE_MODULES, 'typescript', 'bin', 'tsc'),
): string[] {
  const compilerOptions = { ...STRICTEST, ...options }
  writeProgram(folder, { 'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*'] }) })
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [compiler, '--pretty', 'false', '-p', folder],
    { cwd: folder, encoding: 'utf8' },
  )
  const errors = stdout.split('\n').filter((line) => /error TS\d+/.test(line))
  if (status !== 0 && errors.length === 0) throw new Error(`tsc failed: ${stdout}${stderr}`)
  return errors
}
