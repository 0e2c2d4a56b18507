import type { ApiRole } from '../intent.ts'

/** The accounts of the matrix. Dora's was deleted, but her token is still valid. */
export const PEOPLE = ['ada', 'bob', 'dora'] as const
export type Person = (typeof PEOPLE)[number]

/** Account ids. */
export type Ids = Readonly<Record<Person, string>>

/** A caller: a role and claims. */
export interface Actor {
  name: string
  role: ApiRole
  claims: string
  /** The person whose account is in the claims. */
  identity?: Person
  /** The claims are malformed: reading the identity fails with 22P02. */
  broken?: true
  /** Differs from another actor only in the wording of its claims. */
  variant?: true
}

export const BROKEN_CLAIMS = '22P02'

/** Every kind of caller: a role, with claims that are valid, absent or malformed. */
export function listActors(ids: Ids): Actor[] {
  const claims = (person: Person, more: object = {}) =>
    JSON.stringify({ sub: ids[person], role: 'authenticated', ...more })
  const signedIn = (name: string, text: string): Actor => ({ name, role: 'authenticated', claims: text })
  return [
    { name: 'anon', role: 'anon', claims: '' },
    { name: "anon with a user's claims", role: 'anon', claims: claims('ada'), variant: true },
    { name: 'authenticator', role: 'authenticator', claims: '' },
    {
      name: "authenticator with a user's claims",
      role: 'authenticator',
      claims: claims('ada'),
      variant: true,
    },
    { ...signedIn('ada', claims('ada')), identity: 'ada' },
    { ...signedIn('bob', claims('bob')), identity: 'bob' },
    { ...signedIn('a deleted account', claims('dora')), identity: 'dora' },
    { ...signedIn('ada with an expired token', claims('ada', { exp: 1 })), identity: 'ada', variant: true },
    signedIn('nobody: no claims', ''),
    { ...signedIn('nobody: empty claims', '{}'), variant: true },
    { ...signedIn('nobody: claims of null', 'null'), variant: true },
    { ...signedIn('nobody: claims in an array', `[${claims('ada')}]`), variant: true },
    { ...signedIn('nobody: sub of null', '{"sub": null}'), variant: true },
    { ...signedIn('nobody: malformed claims', `{"sub": "${ids.ada}"`), broken: true },
    { ...signedIn('nobody: sub is a number', '{"sub": 42}'), broken: true, variant: true },
    { ...signedIn('nobody: sub is empty', '{"sub": ""}'), broken: true, variant: true },
    {
      ...signedIn('nobody: two subs in an array', JSON.stringify({ sub: [ids.ada, ids.bob] })),
      broken: true,
      variant: true,
    },
    { name: 'service_role', role: 'service_role', claims: '' },
    { name: "service_role with a user's claims", role: 'service_role', claims: claims('bob'), variant: true },
  ]
}
