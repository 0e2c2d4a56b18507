import type { Step } from './step.ts'

/**
 * A plan made without knowing the caller has no shard, so Citus refuses it for a query of several tables. For a single
 * shard, Citus makes a plan for each call.
 */
export const SEARCH_PLANS_STEP: Step = {
  name: 'the functions of the API are planned with their arguments, which decide the shard',
  async left(client) {
    const { rows } = await client.query<{ statement: string }>(
      `select format('alter function %s reset plan_cache_mode', oid::regprocedure) as statement from pg_proc
       where pronamespace = 'public'::regnamespace and 'plan_cache_mode=force_generic_plan' = any (proconfig)
       order by 1`,
    )
    return rows.map(({ statement }) => statement)
  },
}
