import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { inRoot } from '../../db/paths.ts'
import { compileStrictly } from '../../packages/type-contract/test/support/strict-compiler.ts'
import { LONG } from '../support/long.ts'

const FIXTURES = inRoot('tests', 'types', 'consumers', 'fixtures')
const EXPECTED = '[["free","pro","enterprise"],true,false,false,{"Enums":{}}]\n'

/** Oldest and newest that a consumer may have: the root's packages, and those of tests/types/consumers. */
const newest = (name: string) => inRoot('node_modules', name)
const other = (name: string) => inRoot('tests', 'types', 'consumers', 'node_modules', name)
const COMPILERS = { 'TypeScript 5.4': other('typescript'), 'newest TypeScript': newest('typescript') }
const KYSELYS = { 'Kysely 0.28': newest('kysely'), 'Kysely 0.29': other('kysely') }

/** Kinds of programs, by compiler options. */
const KINDS = {
  'ES modules': { type: 'module', options: { module: 'node16', moduleResolution: 'node16' } },
  CommonJS: {
    type: 'commonjs',
    options: { module: 'node16', moduleResolution: 'node16', verbatimModuleSyntax: false },
  },
  'a bundler': { type: 'module', options: { module: 'esnext', moduleResolution: 'bundler' } },
} as const

let folder = ''
let tarball = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'centrid-'))
  const packed = run(
    'npm',
    ['pack', '--workspace', 'types', '--json', '--pack-destination', folder],
    inRoot(),
  )
  tarball = join(folder, (JSON.parse(packed) as { filename: string }[])[0]?.filename ?? '')
  writeFileSync(join(folder, 'package.json'), '{}')
  run('npm', ['install', '--offline', '--no-save', '--no-audit', '--omit=peer', tarball], folder)
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** A consumer's folder with the installed package and other given packages. */
function consumer(name: string, packages: Readonly<Record<string, string>>, type = 'module'): string {
  const place = join(folder, name)
  mkdirSync(join(place, 'node_modules'), { recursive: true })
  // A copy, because through a link the compiler would resolve dependencies from the package's real location.
  cpSync(join(folder, 'node_modules', '@centrid'), join(place, 'node_modules', '@centrid'), {
    recursive: true,
  })
  for (const [each, from] of Object.entries(packages)) symlinkSync(from, join(place, 'node_modules', each))
  writeFileSync(join(place, 'package.json'), JSON.stringify({ type }))
  return place
}

function run(program: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      NO_COLOR: '1',
      DENO_NO_UPDATE_CHECK: '1',
      DENO_DIR: inRoot('node_modules', '.cache', 'deno'),
    },
  })
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

/** Numbers of the lines of breaks.ts that must not compile. */
function brokenLines(): number[] {
  const lines = readFileSync(join(FIXTURES, 'breaks.ts'), 'utf8').split('\n')
  return lines.flatMap((line, index) => (line.endsWith('// breaks') ? [index + 1] : []))
}

type Combination = [compiler: keyof typeof COMPILERS, kysely: keyof typeof KYSELYS, kind: keyof typeof KINDS]

/** Every version and kind occurs once. `make test-long` tries all combinations. */
const FEW: readonly Combination[] = [
  ['TypeScript 5.4', 'Kysely 0.28', 'CommonJS'],
  ['newest TypeScript', 'Kysely 0.28', 'ES modules'],
  ['newest TypeScript', 'Kysely 0.29', 'a bundler'],
]
const ALL: readonly Combination[] = [
  ...FEW,
  ['TypeScript 5.4', 'Kysely 0.28', 'a bundler'],
  ['TypeScript 5.4', 'Kysely 0.29', 'ES modules'],
  ['newest TypeScript', 'Kysely 0.28', 'CommonJS'],
  ['TypeScript 5.4', 'Kysely 0.28', 'ES modules'],
  ['TypeScript 5.4', 'Kysely 0.29', 'a bundler'],
  ['newest TypeScript', 'Kysely 0.28', 'a bundler'],
  ['newest TypeScript', 'Kysely 0.29', 'ES modules'],
  // Without Kysely 0.29 in CommonJS: it is an ES module, which TypeScript does not let a CommonJS program import.
]

describe('a correct program that uses the packed package compiles, and a wrong one does not', () => {
  for (const [compiler, version, kind] of LONG ? ALL : FEW) {
    test(`with ${compiler}, ${version}, as ${kind}`, () => {
      const { type, options } = KINDS[kind]
      const name = `${compiler} ${version} ${kind}`.replaceAll(' ', '-')
      const place = consumer(name, { kysely: KYSELYS[version], zod: newest('zod') }, type)
      for (const file of ['compiles.ts', 'breaks.ts']) cpSync(join(FIXTURES, file), join(place, file))
      const errors = compileStrictly(place, options, join(COMPILERS[compiler], 'bin', 'tsc'))
      assert.deepEqual(
        errors.filter((error) => !error.startsWith('breaks.ts(')),
        [],
      )
      const lines = new Set(errors.map((error) => Number(/^breaks\.ts\((\d+),/.exec(error)?.[1])))
      assert.deepEqual(
        [...lines].sort((a, b) => a - b),
        brokenLines(),
      )
    })
  }

  test('without Kysely and zod, if it needs neither', () => {
    const place = consumer('alone', {})
    rmSync(join(place, 'node_modules', '@centrid', 'db-types', 'dist'), { recursive: true })
    writeFileSync(
      join(place, 'alone.ts'),
      `import { type DB, type Document, PLAN_TYPES, type Selectable } from '@centrid/db-types'
import type { Database } from '@centrid/db-types/supabase'
export const row = (document: Selectable<DB['documents']>): Document => document
export const plan: Database['public']['Tables']['user_profiles']['Row']['plan_type'] = PLAN_TYPES[1]
`,
    )
    assert.deepEqual(compileStrictly(place, { lib: ['es2022'] }), [])
  })
})

describe('a program that uses the packed package runs', () => {
  test('as an ES module in Node', () => {
    const place = consumer('esm', { zod: newest('zod') })
    const source = readFileSync(join(FIXTURES, 'runs.ts'), 'utf8').replace(': unknown[]', '')
    writeFileSync(join(place, 'runs.mjs'), source)
    assert.equal(run(process.execPath, ['runs.mjs'], place), EXPECTED)
  })

  test('as CommonJS in Node', () => {
    const place = consumer('cjs', { zod: newest('zod') }, 'commonjs')
    cpSync(join(FIXTURES, 'runs.cjs'), join(place, 'runs.cjs'))
    assert.equal(run(process.execPath, ['--no-experimental-require-module', 'runs.cjs'], place), EXPECTED)
  })

  test('bundled by esbuild', () => {
    const place = consumer('bundle', { zod: newest('zod') })
    cpSync(join(FIXTURES, 'runs.ts'), join(place, 'runs.ts'))
    run(
      inRoot('node_modules', '.bin', 'esbuild'),
      ['runs.ts', '--bundle', '--format=iife', '--outfile=out.js'],
      place,
    )
    assert.equal(run(process.execPath, ['out.js'], place), EXPECTED)
  })

  test('in Deno, as an npm package', () => {
    const place = consumer('deno', { kysely: newest('kysely'), zod: newest('zod') })
    for (const file of ['compiles.ts', 'runs.ts']) cpSync(join(FIXTURES, file), join(place, file))
    writeFileSync(join(place, 'deno.json'), '{ "nodeModulesDir": "manual" }')
    run(deno, ['check', 'compiles.ts', 'runs.ts'], place)
    assert.equal(run(deno, ['run', '--no-prompt', 'runs.ts'], place), EXPECTED)
  })

  test('in Deno, by path', () => {
    const place = consumer('deno-by-path', { kysely: newest('kysely'), zod: newest('zod') })
    for (const file of ['compiles.ts', 'runs.ts']) cpSync(join(FIXTURES, file), join(place, file))
    cpSync(join(place, 'node_modules', '@centrid', 'db-types', 'src'), join(place, 'types'), {
      recursive: true,
    })
    rmSync(join(place, 'node_modules', '@centrid'), { recursive: true })
    const imports = {
      '@centrid/db-types': './types/index.js',
      '@centrid/db-types/supabase': './types/generated/supabase.js',
      '@centrid/db-types/zod': './types/generated/zod.js',
    }
    writeFileSync(join(place, 'deno.json'), JSON.stringify({ nodeModulesDir: 'manual', imports }))
    run(deno, ['check', 'compiles.ts', 'runs.ts'], place)
    assert.equal(run(deno, ['run', '--no-prompt', 'runs.ts'], place), EXPECTED)
  })
})

const deno = inRoot('node_modules', '.bin', 'deno')

describe('the packed package', () => {
  test('publint finds nothing', () => {
    run(inRoot('node_modules', '.bin', 'publint'), ['--strict', tarball], folder)
  })

  if (LONG)
    test('its declarations are correct for every way of importing', () => {
      run(inRoot('node_modules', '.bin', 'attw'), [tarball], folder)
    })

  test('needs no other package at run time', () => {
    const manifest: unknown = JSON.parse(readFileSync(inRoot('types', 'package.json'), 'utf8'))
    assert.ok(typeof manifest === 'object' && manifest !== null)
    assert.equal('dependencies' in manifest, false)
  })
})
