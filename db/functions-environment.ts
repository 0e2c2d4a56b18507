import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { usageError } from 'postgres-kit/failure.ts'
import { inRoot } from './paths.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'

/**
 * The environment of a local function: the application login (never the owner's), how to verify tokens, and the contents of
 * supabase/functions/.env, which the Supabase CLI also reads.
 *
 * @throws Failure (2) if DATABASE_URL is set and no setting says how to verify tokens
 */
export function functionEnvironment(target: Target, settings: Settings): Record<string, string> {
  const given = { ...readFunctionsFile(), ...defined(settings.functions) }
  if (!given.JWT_SECRET && !given.JWKS_URL) given.JWT_SECRET = localSecret(target)
  return {
    JWT_ISSUER: `http://localhost:${settings.functionsPort}/auth/v1`,
    CORS_ORIGINS: 'http://localhost:3000',
    ...given,
    APP_DATABASE_URL: target.app.url.href,
  }
}

/** The secret of this clone, shared by `make functions` and `make token`. */
function localSecret(target: Target): string {
  if (target.kind !== 'embedded') {
    throw usageError('set JWT_SECRET or JWKS_URL, so that the functions can verify tokens')
  }
  return createHash('sha256').update(`jwt ${target.appPassword}`).digest('hex')
}

function readFunctionsFile(): Record<string, string> {
  const file = inRoot('supabase', 'functions', '.env')
  return existsSync(file) ? defined(parseEnv(readFileSync(file, 'utf8'))) : {}
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  )
}
