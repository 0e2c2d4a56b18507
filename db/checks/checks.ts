import { readdirSync, readFileSync } from 'node:fs'
import type { Check } from 'command-line/checks/run-checks.ts'
import { inRoot } from '../paths.ts'
import { shareOf } from './share.ts'

/** A check of this repository. */
export interface ProjectCheck extends Check {
  /** Reads only files, so no server has to run. */
  static?: true
  /** The file is bundled before it runs. */
  bundle?: true
}

const bin = (name: string) => `node_modules/.bin/${name}`

/** Sorted files with this ending in a folder. (Node 20's test runner does not support patterns.) */
function files(folder: string, ending: string): string[] {
  return readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort()
}

const DENO = { DENO_DIR: inRoot('node_modules', '.cache', 'deno'), DENO_NO_UPDATE_CHECK: '1' }

const LINT: readonly ProjectCheck[] = [
  { name: 'lint-ts', command: [bin('biome'), 'check', '.'], static: true },
  { name: 'lint-sql', command: ['node', '.build/lint.mjs'], static: true },
  { name: 'typecheck', command: [bin('tsc')], static: true },
  {
    name: 'typecheck-browser',
    command: [bin('tsc'), '-p', 'packages/schema-site/browser'],
    static: true,
  },
]

const FRESH: readonly ProjectCheck[] = [
  { name: 'sum-fresh', command: ['node', '.build/sum.mjs', '--check'], static: true },
  { name: 'schema-fresh', command: ['node', '.build/schema-check.mjs'], static: true },
  { name: 'types-fresh', command: ['node', '.build/types.mjs', '--check'] },
  { name: 'locks-fresh', command: ['node', '.build/locks.mjs', '--check'] },
  { name: 'accepted', command: ['node', '.build/accept.mjs', '--check'] },
]

const PGTAP: ProjectCheck = { name: 'pgtap', command: ['node', '.build/test-rls.mjs'] }

const SUPABASE: ProjectCheck = { name: 'pgtap-supabase', command: ['node', '.build/test-supabase.mjs'] }

const PGTAP_RUNNER: ProjectCheck = {
  name: 'pgtap-runner',
  command: ['npm', 'test', '--silent', '--workspace=pgtap-runner'],
  env: { TSX_DISABLE_CACHE: '1' },
}

/** tests/long takes minutes: `make test-long`. */
const TEST_FILES = [
  ...files('tests', '.test.ts').filter((file) => !file.startsWith('tests/long/')),
  ...files('packages/migration-lint/test', '.test.ts'),
  ...files('packages/rls-judge/test', '.test.ts'),
  ...files('packages/schema-change/test', '.test.ts'),
  ...files('packages/schema-site/test', '.test.ts'),
  ...files('packages/type-contract/test', '.test.ts'),
]

/** `make check`: the checks that a small change can break, in under a minute. */
export const QUICK: readonly ProjectCheck[] = [
  { name: 'mutants', command: ['node', '.build/mutants.mjs', '--changed'] },
  PGTAP,
  ...FRESH,
  ...LINT,
]

/** `make test`: every check that takes minutes or less. */
export const ALL: readonly ProjectCheck[] = [
  ...LINT,
  { name: 'lint-deno', command: [bin('deno'), 'lint', 'supabase/functions'], env: DENO, static: true },
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
    static: true,
  },
  ...FRESH,
  PGTAP,
  SUPABASE,
  {
    name: 'mutants',
    command: ['node', '.build/mutants.mjs', '--changed'],
    env: { SAMPLE: '40', SEED: '1' },
  },
  { name: 'fuzz', command: ['node', '.build/fuzz.mjs'], env: { STATEMENTS: '5000', SEED: '1' } },
  PGTAP_RUNNER,
  ...TEST_FILES.map((file) => testFile(file)),
]

const sample = (count: number) => ({ SAMPLE: String(shareOf(count)), SEED: '2' })

/** `make test-long`: more mutants and more of the fuzzer, the tests of tests/long, and the others at their full size. */
export const longChecks = (): readonly ProjectCheck[] => [
  // `make mutants` tries all of them, also with PLATFORM=supabase.
  { name: 'mutants', command: ['node', '.build/mutants.mjs'], env: sample(500) },
  {
    name: 'mutants-supabase',
    command: ['node', '.build/mutants.mjs'],
    env: { PLATFORM: 'supabase', ...sample(300) },
  },
  { name: 'fuzz', command: ['node', '.build/fuzz.mjs'], env: { STATEMENTS: '50000', SEED: '2' } },
  { ...PGTAP_RUNNER, env: { ...PGTAP_RUNNER.env, TEST_LONG: '1' } },
  ...files('tests/long', '.test.ts').map((file) => testFile(file)),
  ...TEST_FILES.filter(hasMore).map((file) => testFile(file, { TEST_LONG: '1' })),
]

/** Whether a test file does more with TEST_LONG=1: it imports tests/support/long.ts or, in packages, reads the variable. */
function hasMore(file: string): boolean {
  return /\/long\.ts'|process\.env\.TEST_LONG/.test(readFileSync(inRoot(file), 'utf8'))
}

function testFile(file: string, env: Readonly<Record<string, string>> = {}): ProjectCheck {
  // Tests of a package find files relative to themselves, so they cannot be bundled to another folder.
  const ofPackage = file.startsWith('packages/')
  const program = ofPackage
    ? ['--import', 'tsx', '--test-reporter=spec', file]
    : ['--enable-source-maps', '--test-reporter=spec', bundled(file).outfile]
  return {
    name: file,
    group: 'unit',
    ...(ofPackage ? {} : { bundle: true }),
    command: ['node', ...program],
    // tsx would leave its cache in the system's temporary folder, also when tests start commands.
    env: { TSX_DISABLE_CACHE: '1', ...env },
  }
}

/** The bundle of a test file: one folder below the root, where db/paths.ts expects to be. */
export function bundled(file: string): { name: string; outfile: string } {
  const name = file.replace(/\.ts$/, '').replaceAll('/', '-')
  return { name, outfile: `.build/${name}.mjs` }
}
