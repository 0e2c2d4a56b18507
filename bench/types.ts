import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../db/paths.ts'
import { quantile, rounded } from './statistics.ts'

const RUNS = 15

/** Medians of whole processes in milliseconds, and the ratio of `make types` to kysely-codegen alone. */
export interface TypesResults {
  runs: number
  makeTypes: number
  /** The same without make. */
  types: number
  kyselyCodegen: number
  ratio: number
}

/** Runs `make types` and kysely-codegen in turns on the same database. */
export function benchTypes(database: ConnectionString): TypesResults {
  const folder = mkdtempSync(join(tmpdir(), 'centrid-'))
  const codegen = inRoot('node_modules', 'kysely-codegen', 'dist', 'cli', 'bin.js')
  const file = join(folder, 'db.d.ts')
  const commands = {
    makeTypes: ['make', 'types'],
    types: [process.execPath, inRoot('.build', 'types.mjs')],
    kyselyCodegen: [process.execPath, codegen, '--include-pattern', 'public.*', '--out-file', file],
  }
  const times: Record<keyof typeof commands, number[]> = { makeTypes: [], types: [], kyselyCodegen: [] }
  try {
    for (let run = 0; run <= RUNS; run++) {
      for (const name of ['makeTypes', 'types', 'kyselyCodegen'] as const) {
        const milliseconds = timed(commands[name], database)
        // The first round warms the caches.
        if (run > 0) times[name].push(milliseconds)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const median = (name: keyof typeof commands) => quantile(times[name], 0.5)
  return {
    runs: RUNS,
    makeTypes: rounded(median('makeTypes')),
    types: rounded(median('types')),
    kyselyCodegen: rounded(median('kyselyCodegen')),
    ratio: rounded(median('makeTypes') / median('kyselyCodegen')),
  }
}

function timed([program = '', ...args]: readonly string[], database: ConnectionString): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(program, args, {
    cwd: inRoot(),
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: database.url.href, MAKEFLAGS: '', MAKELEVEL: '' },
  })
  if (status !== 0) throw failed(`${program} ${args.join(' ')}: ${stderr}`)
  return performance.now() - start
}
