import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { POSTGRES_MAJORS, type PostgresMajor } from 'postgres-kit/embedded/majors.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { inRoot } from './paths.ts'

/** Every setting of this project. `.env.example` has a line for each. */
export interface Settings {
  /** Owner's connection string, for migrations, types and tests. If unset, the embedded server is used. */
  databaseUrl: string | undefined
  /** Least-privileged login, for the client and the edge functions. */
  appDatabaseUrl: string | undefined
  /** Owner's connection string of a real Supabase project, for `make test-supabase`. */
  supabaseUrl: string | undefined
  /** Major version of the embedded server. */
  postgresMajor: PostgresMajor
  /** Whether commands that destroy data may act on a server other than the embedded one. */
  force: boolean
  /** Name of the database's platform; if unset, it is detected (db/platforms). */
  platform: string | undefined
  /** Seconds that a deploy waits for another deploy of the same database. */
  migrateWait: number
  /** Whether a deploy applies files older than the newest applied one. */
  allowOutOfOrder: boolean
  /** Port of `make functions`. */
  functionsPort: number
  /** Port of `make docs-serve`. */
  docsPort: number
  /** Passed to the edge functions unchanged (docs/edge-functions.md). */
  functions: {
    JWT_SECRET: string | undefined
    JWKS_URL: string | undefined
    JWT_ISSUER: string | undefined
    JWT_AUDIENCE: string | undefined
    CORS_ORIGINS: string | undefined
    DATABASE_DISTRIBUTED: string | undefined
  }
}

/** Reads the settings from the environment, then from the file `.env`. An empty value counts as unset. */
export function readSettings(environment: NodeJS.ProcessEnv = withEnvFile()): Settings {
  const major = environment.PG_MAJOR || '17'
  if (!isPostgresMajor(major)) {
    throw usageError(
      `PG_MAJOR is "${major}"; set it to one of ${POSTGRES_MAJORS.join(', ')}, or leave it unset`,
    )
  }
  return {
    databaseUrl: environment.DATABASE_URL || undefined,
    appDatabaseUrl: environment.APP_DATABASE_URL || undefined,
    supabaseUrl: environment.SUPABASE_DB_URL || undefined,
    postgresMajor: major,
    force: environment.FORCE === '1',
    platform: environment.PLATFORM || undefined,
    migrateWait: wholeNumber('MIGRATE_WAIT', environment.MIGRATE_WAIT || 600, 0, 999_999),
    allowOutOfOrder: environment.ALLOW_OUT_OF_ORDER === '1',
    functionsPort: wholeNumber('FUNCTIONS_PORT', environment.FUNCTIONS_PORT || 54_321, 1, 65_535),
    docsPort: wholeNumber('DOCS_PORT', environment.DOCS_PORT || 54_330, 1, 65_535),
    functions: {
      JWT_SECRET: environment.JWT_SECRET || undefined,
      JWKS_URL: environment.JWKS_URL || undefined,
      JWT_ISSUER: environment.JWT_ISSUER || undefined,
      JWT_AUDIENCE: environment.JWT_AUDIENCE || undefined,
      CORS_ORIGINS: environment.CORS_ORIGINS || undefined,
      DATABASE_DISTRIBUTED: environment.DATABASE_DISTRIBUTED || undefined,
    },
  }
}

function withEnvFile(): NodeJS.ProcessEnv {
  const file = inRoot('.env')
  if (!existsSync(file)) return process.env
  return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env }
}

function isPostgresMajor(value: string): value is PostgresMajor {
  return POSTGRES_MAJORS.some((major) => major === value)
}
