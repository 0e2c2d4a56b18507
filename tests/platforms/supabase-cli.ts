import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { PEERS } from '../../bench/cli/peers.ts'
import { inRoot } from '../../db/paths.ts'
import { temporaryFolder } from '../support/files.ts'

/** The exit code and output of the CLI. */
export interface Said {
  code: number | null
  stdout: string
  stderr: string
}

/** A copy of migrations/ and supabase/ for the CLI. */
export interface CliProject {
  folder: string
  migrations: string
  /** Runs the CLI on a database. */
  cli(database: ConnectionString, ...args: string[]): Said
}

/**
 * The CLI's program, in a cache in node_modules. If it is missing, it is installed from npm's registry.
 *
 * @returns the program, or the reason why it cannot be installed
 */
export function installCli(): { program: string } | { missing: string } {
  const { packages = {} } = PEERS.find((peer) => 'supabase' in peer.packages) ?? {}
  const folder = inRoot('node_modules', '.cache', `supabase-cli-${packages.supabase}`)
  const program = `${folder}/node_modules/.bin/supabase`
  if (existsSync(program)) return { program }
  // Atomic, because another process may install it at the same time.
  const making = `${folder}-${process.pid}`
  mkdirSync(making, { recursive: true })
  writeFileSync(`${making}/package.json`, JSON.stringify({ private: true, dependencies: packages }))
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: making,
    encoding: 'utf8',
  })
  if (status === 0 && !existsSync(folder)) renameSync(making, folder)
  rmSync(making, { recursive: true, force: true })
  return status === 0
    ? { program }
    : { missing: `npm cannot install the Supabase CLI: ${stderr.slice(-300)}` }
}

/** A project for a test. */
export function cliProject(t: TestContext, program: string): CliProject {
  const folder = temporaryFolder(t)
  for (const part of ['migrations', 'supabase/config.toml', 'supabase/migrations'])
    cpSync(inRoot(part), `${folder}/${part}`, { recursive: true })
  return {
    folder,
    migrations: `${folder}/migrations`,
    cli: (database, ...args) => {
      const { status, stdout, stderr } = spawnSync(
        program,
        [...args, '--workdir', folder, '--remote', database.url.href],
        {
          cwd: folder,
          encoding: 'utf8',
          env: {
            PATH: process.env.PATH,
            HOME: folder,
            SUPABASE_YES: 'true',
            SUPABASE_TELEMETRY_DISABLED: '1',
            DO_NOT_TRACK: '1',
            NO_COLOR: '1',
          },
        },
      )
      return { code: status, stdout, stderr }
    },
  }
}
