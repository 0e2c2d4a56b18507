import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { failed } from 'postgres-kit/failure.ts'
import type { Change, Level } from 'type-contract/change.ts'
import { compareContracts, levelOf } from 'type-contract/compare.ts'
import type { Contract } from 'type-contract/contract.ts'
import { inRoot } from './paths.ts'

const PACKAGE = '@centrid/db-types'
const RELEASED = inRoot('types', 'released.json')
const ENTRY = inRoot('.changeset', 'db-types-contract.md')

/** The last release. */
export interface Release {
  version: string
  contract: Contract
}

export interface Verdict {
  /** The released version. */
  since: string
  version: string
  changes: readonly Change[]
  level: Level | undefined
  /** The lowest version that the changes allow. */
  needed: string
  /** Whether package.json's version is high enough. */
  enough: boolean
}

/** Compares the current contract with the last released one. */
export function judge(released: Release, contract: Contract, version: string): Verdict {
  const changes = compareContracts(released.contract, contract)
  const level = levelOf(changes)
  const needed = bump(released.version, level)
  return { since: released.version, version, changes, level, needed, enough: isAtLeast(version, needed) }
}

/** Checks the current state of the repository. Writes nothing. */
export function checkRelease(): Verdict {
  if (!existsSync(RELEASED))
    throw failed('types/released.json is missing: run "npm run release:record" after a release')
  return judge(readJson<Release>(RELEASED), readContract(), readVersion())
}

/** Writes the changelog entry if a release is due, otherwise removes it. Returns the verdict. */
export function writeChangelogEntry(): Verdict {
  const verdict = checkRelease()
  if (verdict.level && !verdict.enough) writeFileSync(ENTRY, changelogEntry(verdict.level, verdict.changes))
  else rmSync(ENTRY, { force: true })
  return verdict
}

/** Records the current contract as released with package.json's version. */
export function recordRelease(): string {
  const release: Release = { version: readVersion(), contract: readContract() }
  writeFileSync(RELEASED, `${JSON.stringify(release, undefined, 2)}\n`)
  return release.version
}

/** An entry for `changeset version`, which writes it into types/CHANGELOG.md. */
export function changelogEntry(level: Level, changes: readonly Change[]): string {
  return `---
"${PACKAGE}": ${level}
---

The database's contract changed:

${changes.map((change) => `- ${change.level}: ${change.reason}`).join('\n')}
`
}

function readContract(): Contract {
  return readJson<Contract>(inRoot('types', 'contract.json'))
}

function readVersion(): string {
  return readJson<{ version: string }>(inRoot('types', 'package.json')).version
}

function readJson<T>(file: string): T {
  // This program writes these files.
  return JSON.parse(readFileSync(file, 'utf8')) as T
}

function bump(version: string, level: Level | undefined): string {
  const [major, minor, patch] = parts(version)
  switch (level) {
    case 'major':
      return `${major + 1}.0.0`
    case 'minor':
      return `${major}.${minor + 1}.0`
    case 'patch':
      return `${major}.${minor}.${patch + 1}`
    case undefined:
      return version
  }
}

function isAtLeast(version: string, least: string): boolean {
  const a = parts(version)
  const b = parts(least)
  for (const index of [0, 1, 2] as const) if (a[index] !== b[index]) return a[index] > b[index]
  return true
}

function parts(version: string): [major: number, minor: number, patch: number] {
  const [major, minor, patch] = version.split('.').map(Number)
  if (
    major === undefined ||
    minor === undefined ||
    patch === undefined ||
    Number.isNaN(major + minor + patch)
  ) {
    throw failed(`types/package.json has version "${version}": write it as 1.2.3`)
  }
  return [major, minor, patch]
}
