import type pg from 'pg'
import { askWorkers } from './nodes.ts'
import type { Step } from './step.ts'

/** Roles with a privilege on a table: the coordinator connects to workers as them. */
export const ROLES = ['authenticated', 'service_role'] as const

/**
 * The coordinator connects to a worker as the role of the statement. A role without table privileges needs no login,
 * because the coordinator refuses its statements.
 */
export function loginsStep(roles: readonly string[]): Step {
  return {
    name: `${roles.join(' and ')} may log in, for the connections between nodes`,
    async left(client) {
      const list = roles.map((role) => client.escapeLiteral(role)).join(', ')
      const query = `select coalesce(json_agg(rolname), '[]') as able from pg_roles where rolcanlogin and rolname in (${list})`
      const { rows } = await client.query<{ able: string[] }>(query)
      const nodes = [rows[0]?.able ?? [], ...(await askWorkers<string>(client, query))]
      return (
        roles
          .filter((role) => !nodes.every((able) => able.includes(role)))
          // Citus repeats this on the workers, including those added later.
          .map((role) => `alter role ${client.escapeIdentifier(role)} login`)
      )
    },
  }
}

/** Connects to every worker as each role, to detect a pg_hba.conf that refuses one before users do. */
export async function refuseUnreachable(
  client: pg.ClientBase,
  roles: readonly string[],
  table: string,
): Promise<void> {
  for (const role of roles) {
    await client.query('begin')
    try {
      await client.query(`set local role ${client.escapeIdentifier(role)}`)
      await client.query(`select count(*) from ${table}`)
    } finally {
      await client.query('rollback')
    }
  }
}
