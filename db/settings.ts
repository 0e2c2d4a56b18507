import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { misuse } from './failure.ts'
import { inRoot } from './paths.ts'

/** PostgreSQL majors that the embedded server can be. */
export const POSTGRES_MAJORS = ['15', '16', '17', '18'] as const
export type PostgresMajor = (typeof POSTGRES_MAJORS)[number]

/** Every setting of this project. `.env.example` has a line for each. */
export interface Settings {
  /** Owner's connection string: migrations, types, tests. Without it the embedded server is used. */
  databaseUrl: string | undefined
  /** Least-privileged login, for the client and the edge functions. */
  appDatabaseUrl: string | undefined
  /** Major version of the embedded server. */
  postgresMajor: PostgresMajor
  /** Whether commands that destroy data may act on a server other than the embedded one. */
  force: boolean
}

/** Reads the settings: the environment, and below it the file `.env`. An empty value counts as unset. */
export function readSettings(environment: NodeJS.ProcessEnv = withEnvFile()): Settings {
  const major = environment.PG_MAJOR || '17'
  if (!isPostgresMajor(major)) {
    throw misuse(`PG_MAJOR is "${major}"; set it to one of ${POSTGRES_MAJORS.join(', ')}, or leave it unset`)
  }
  return {
    databaseUrl: environment.DATABASE_URL || undefined,
    appDatabaseUrl: environment.APP_DATABASE_URL || undefined,
    postgresMajor: major,
    force: environment.FORCE === '1',
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
