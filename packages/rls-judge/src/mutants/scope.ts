import { API_ROLES, type Intent } from '../intent.ts'
import type { Platform } from '../platform.ts'

/** Input of the operators in addition to the catalog: the platform's names, and the schemas that the suite checks. */
export interface Scope {
  /** Schemas of the API, whose tables contain the callers' rows. */
  exposed: readonly string[]
  /** Every schema that the suite checks: those of the API, of helpers, of accounts, of extensions. */
  schemas: readonly string[]
  /** The roles of the API. `user` is the role of signed-in users; `login` connects and becomes one of the others. */
  roles: Readonly<Record<'anonymous' | 'user' | 'server' | 'login', string>>
  caller: {
    /** SQL that returns the caller: `auth.uid()`. */
    expression: string
    /** The qualified type of its result. */
    type: string
    /** A value of that type that is another account. */
    someone: string
  }
  claims: {
    /** The setting that contains the caller's claims as JSON, and the claim that contains the caller's id. */
    setting: string
    subject: string
    /** Settings that contain only the caller's id. */
    subjectSettings: readonly string[]
  }
}

/** The scope of a project: the intent's schemas, the platform's identity function, and PostgREST's settings. */
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
