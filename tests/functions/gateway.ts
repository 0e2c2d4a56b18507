import type { Gateway } from 'edge-gateway/gateway.ts'
import { SignJWT } from 'jose'
import * as functions from '../../db/functions.ts'

export const SECRET = 'a secret of the tests, with more than 32 characters'
export const ISSUER = 'https://issuer.test/auth/v1'

/** A gateway for a test. */
export interface Served extends Gateway {
  /** Address of a function. */
  url(name: string): string
  /** The lines logged so far. */
  lines: string[]
}

/** Serves supabase/functions on a free port; close it in `after`. */
export async function serveFunctions(environment: Record<string, string>): Promise<Served> {
  const lines: string[] = []
  const gateway = await functions.serveFunctions({
    port: 0,
    environment: { JWT_SECRET: SECRET, JWT_ISSUER: ISSUER, ...environment },
    log: (line) => lines.push(line),
  })
  return { ...gateway, lines, url: (name) => `http://127.0.0.1:${gateway.port}/functions/v1/${name}` }
}

/** A valid token, unless a part of it is changed. */
export function sign(
  claims: Record<string, unknown>,
  { key = SECRET, alg = 'HS256', seconds = 60 }: { key?: string; alg?: string; seconds?: number } = {},
): Promise<string> {
  return new SignJWT({
    role: 'authenticated',
    iss: ISSUER,
    aud: 'authenticated',
    exp: Math.floor(Date.now() / 1000) + seconds,
    ...claims,
  })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key))
}

export function bearer(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } }
}
