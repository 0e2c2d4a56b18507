import pg from 'pg'
import type { Caller } from 'postgres-kit/caller.ts'
import { OWNER_COLUMN } from '../access.ts'
import type { Step } from './step.ts'

/**
 * In an explicit transaction, SET LOCAL reaches the workers; set_config does not. Only this function sends settings to the
 * workers: settings that a transaction changes later stay on the coordinator, where the client confirms the identity.
 */
export const ACT_AS_SQL: readonly string[] = [
  'create schema cluster',
  "comment on schema cluster is 'How the client of a distributed database says who is asking. Not exposed by any API.'",
  'revoke all on schema cluster from public',
  'grant usage on schema cluster to authenticator',
  `create function cluster.act_as(role text, claims text) returns void
    language plpgsql
    volatile
    security invoker
    set search_path = pg_catalog, pg_temp
    set citus.propagate_set_commands = 'local'
as $$
begin
    execute format('set local "request.jwt.claims" = %L', claims);
    set local "request.jwt.claim.sub" = '';
    set local "request.jwt.claim.role" = '';
    set local "request.jwt.claim.email" = '';
    perform set_config('role', role, true);
end
$$`,
  "comment on function cluster.act_as(text, text) is 'The rest of the transaction acts as this role with these claims, on every node.'",
  'revoke all on function cluster.act_as(text, text) from public, anon, authenticated, service_role',
  'grant execute on function cluster.act_as(text, text) to authenticator',
]

export const ACT_AS_STEP: Step = {
  name: 'the client can send an identity to the workers',
  async left(client) {
    return (await isDistributed(client)) ? [] : [...ACT_AS_SQL]
  },
}

/** Whether `make distribute` has run here to its end. */
export async function isDistributed(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regproc('cluster.act_as') is not null as there",
  )
  return rows[0]?.there === true
}

/** What the judge has to know of a distributed database. */
export const DISTRIBUTED_COLUMNS = { owner: OWNER_COLUMN, generated: ['search_vector'] }

/** Statements of an open transaction that make the rest of it act as a caller. */
export function actAs({ role, claims }: Caller): string[] {
  return [`select cluster.act_as(${pg.escapeLiteral(role)}, ${pg.escapeLiteral(claims)})`]
}
