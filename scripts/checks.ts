import { readdirSync } from 'node:fs'
import { inRoot } from '../db/paths.ts'

/** One part of `make test`: a program that exits 0 when all is well. */
export interface Check {
  name: string
  /** Program and arguments, run in the repository's root. */
  command: readonly [string, ...string[]]
  /** Environment on top of the caller's. */
  env?: Readonly<Record<string, string>>
}

const bin = (name: string) => `node_modules/.bin/${name}`

/** Files below a folder whose names end so, sorted. (Node 20's test runner knows no patterns.) */
function files(folder: string, ending: string): string[] {
  return readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort()
}

const DENO = { DENO_DIR: inRoot('node_modules', '.cache', 'deno'), DENO_NO_UPDATE_CHECK: '1' }

/** Every part of `make test`, in order: the quick ones first. */
export const CHECKS: readonly Check[] = [
  { name: 'lint-ts', command: [bin('biome'), 'check', '.'] },
  { name: 'lint-sql', command: [bin('squawk'), ...files('migrations', '.sql')] },
  { name: 'typecheck', command: [bin('tsc')] },
  { name: 'lint-deno', command: [bin('deno'), 'lint', 'supabase/functions'], env: DENO },
  {
    name: 'check-deno',
    command: [
      bin('deno'),
      'check',
      '--node-modules-dir=manual',
      '--import-map=supabase/functions/_shared/import_map.json',
      'supabase/functions/',
    ],
    env: DENO,
  },
  { name: 'schema-fresh', command: ['node', '.build/schema-check.mjs'] },
  { name: 'types-fresh', command: ['node', '.build/types.mjs', '--check'] },
  { name: 'accepted', command: ['node', '.build/accept.mjs', '--check'] },
  { name: 'pgtap', command: ['node', '.build/test-rls.mjs'] },
  { name: 'mutants', command: ['node', '.build/mutants.mjs'], env: { SAMPLE: '100', SEED: '1' } },
  { name: 'fuzz', command: ['node', '.build/fuzz.mjs'], env: { STATEMENTS: '5000', SEED: '1' } },
  {
    name: 'unit',
    command: [
      'node',
      '--import',
      'tsx',
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=2',
      // tests/long takes minutes: make test-long.
      ...files('tests', '.test.ts').filter((name) => !name.startsWith('tests/long/')),
      ...files('packages/type-contract/test', '.test.ts'),
    ],
    // tsx would leave its cache in the system's temporary folder.
    env: { TSX_DISABLE_CACHE: '1' },
  },
  {
    name: 'pgtap-runner',
    command: ['npm', 'test', '--silent', '--workspace=pgtap-runner'],
    env: { TSX_DISABLE_CACHE: '1' },
  },
]
