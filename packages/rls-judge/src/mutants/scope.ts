import { API_ROLES, type Intent } from '../intent.ts'
import type { Platform } from '../platform.ts'

/** What mutants are made of in addition to the catalog: the platform's names, and the schemas that are judged. */
export interface Scope {
  /** Schemas of the API: rows of callers are in their tables. */
  exposed: readonly string[]
  /** Every schema that is judged: those of the API, of helpers, of accounts, of extensions. */
  schemas: readonly string[]
  /** The roles of the API. `user` is who signed in, `login` is who connects and becomes one of the others. */
  roles: Readonly<Record<'anonymous' | 'user' | 'server' | 'login', string>>
  caller: {
    /** SQL that answers who is calling: `auth.uid()`. */
    expression: string
    /** The type of its answer, with its schema. */
    type: string
    /** A value of that type: somebody else. */
    someone: string
  }
  claims: {
    /** The setting that holds the caller's claims as JSON, and the member that names the caller. */
    setting: string
    subject: string
    /** Settings that name the caller by themselves. */
    subjectSettings: readonly string[]
  }
}

/** The scope of a project: its intent's schemas, its platform's way to say who is calling, and PostgREST's settings. */
export function scopeOf({ schemas }: Intent, { identity }: Pick<Platform, 'identity'>): Scope {
  const [anonymous, user, server, login] = API_ROLES
  return {
    exposed: ['public'],
    schemas: Object.keys(schemas),
    roles: { anonymous, user, server, login },
    caller: {
      expression: identity,
      type: 'pg_catalog.uuid',
      someone: 'a0000000-0000-4000-8000-000000000000',
    },
    claims: {
      setting: 'request.jwt.claims',
      subject: 'sub',
      subjectSettings: ['request.jwt.claim.sub'],
    },
  }
}

/** The scope as one row, which every operator's query can read: `(select roles from scope)`. */
export const SCOPE_ROW = `
with scope as (
    select *, array[anonymous, signed_in, server, login] as roles
    from pg_catalog.jsonb_to_record($1::pg_catalog.jsonb) as scope (
        exposed text[], schemas text[],
        anonymous text, signed_in text, server text, login text,
        caller text, caller_type text, someone text,
        claims text, subject text, subject_settings text[]
    )
)`

/** The parameter of SCOPE_ROW. */
export function asParameter({ exposed, schemas, roles, caller, claims }: Scope): string {
  return JSON.stringify({
    exposed,
    schemas,
    anonymous: roles.anonymous,
    signed_in: roles.user,
    server: roles.server,
    login: roles.login,
    caller: caller.expression,
    caller_type: caller.type,
    someone: caller.someone,
    claims: claims.setting,
    subject: claims.subject,
    subject_settings: claims.subjectSettings,
  })
}
