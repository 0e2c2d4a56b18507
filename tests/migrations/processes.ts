import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { resolveBinary } from 'dbmate'
import { build } from 'esbuild'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { LEDGER } from '../../db/migrations/ledger.ts'
import { inRoot } from '../../db/paths.ts'

/** A process that migrates a database. */
export interface Deploy {
  child: ChildProcess
  ended: Promise<{ code: number | null; output: string }>
}

let bundle: Promise<string> | undefined

/** Starts the code of `make migrate` as a separate process. */
export async function startDeploy(
  database: ConnectionString,
  folder: string,
  env: Record<string, string> = {},
): Promise<Deploy> {
  bundle ??= bundleProcess()
  return start(process.execPath, [await bundle, folder], database, env)
}

/** Starts dbmate alone on the same ledger, to show what this project's runner adds. */
export function startBareDbmate(
  database: ConnectionString,
  folder: string,
  env: Record<string, string> = {},
  command: 'migrate' | 'rollback' = 'migrate',
): Deploy {
  const options = ['--env-file=/dev/null', `--migrations-dir=${folder}`, `--migrations-table=${LEDGER}`]
  return start(resolveBinary(), [...options, '--no-dump-schema', command], database, env)
}

function start(
  program: string,
  args: string[],
  { url }: ConnectionString,
  env: Record<string, string>,
): Deploy {
  const child = spawn(program, args, {
    cwd: inRoot(),
    env: { ...process.env, ...env, DATABASE_URL: url.href },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (text: string) => {
    output += text
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, output }))),
  }
}

/** Process id of the dbmate that a deploy runs, while it runs one. */
export function dbmateOf({ child }: Deploy): number | undefined {
  const { stdout } = spawnSync('pgrep', ['-P', String(child.pid), '-f', 'dbmate'], { encoding: 'utf8' })
  return Number(stdout.trim()) || undefined
}

/** Plain JavaScript, in reach of node_modules: tsx would take a second of each process. */
async function bundleProcess(): Promise<string> {
  const folder = inRoot('node_modules', '.cache', 'migrations')
  mkdirSync(folder, { recursive: true })
  const outfile = `${folder}/migrate-${process.pid}.mjs`
  await build({
    entryPoints: [inRoot('tests', 'migrations', 'migrate-process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    // The location of this source file determines the root of the repository.
    define: { 'import.meta.url': JSON.stringify(`file://${inRoot('db', 'paths.ts')}`) },
  })
  process.once('exit', () => rmSync(outfile, { force: true }))
  return outfile
}
