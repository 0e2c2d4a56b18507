import type pg from 'pg'
import { nameUuid } from './name-uuid.ts'
import type { DemoUser } from './users.ts'

interface DemoRequest {
  agentType: string
  content: string
  /** The server's result; undefined for a pending request. */
  outcome?: {
    status: 'completed' | 'in_progress' | 'failed'
    progress: number
    results: unknown
    tokens: number
  }
}

const REQUESTS: readonly DemoRequest[] = [
  {
    agentType: 'summary',
    content: 'Summarise the newest README in three sentences.',
    outcome: {
      status: 'completed',
      progress: 100,
      results: { summary: 'It explains the package.' },
      tokens: 1840,
    },
  },
  {
    agentType: 'question',
    content: 'Which of my documents mention breaking changes?',
    outcome: { status: 'in_progress', progress: 40, results: null, tokens: 620 },
  },
  {
    agentType: 'translation',
    content: 'Translate the licence into German.',
    outcome: {
      status: 'failed',
      progress: 10,
      results: { error: 'The model was not available.' },
      tokens: 15,
    },
  },
  { agentType: 'summary', content: 'Compare the two newest documents.' },
]

const DOLLARS_PER_TOKEN = 0.000_002

/**
 * Writes a user's agent requests, session and usage, unless they exist. The caller is that user until `becomeServer`, because
 * only the server may write progress, results, cost and plan.
 *
 * @returns how many requests it wrote
 */
export async function writeActivity(
  app: pg.ClientBase,
  user: DemoUser,
  becomeServer: () => Promise<void>,
): Promise<number> {
  const requests = REQUESTS.map((request, index) => ({
    ...request,
    id: nameUuid(`request ${user.id} ${index}`),
  }))
  const { rows } = await app.query<{ id: string }>(
    `insert into public.agent_requests (id, agent_type, content)
     select * from unnest($1::uuid[], $2::text[], $3::text[])
     on conflict (user_id, id) do nothing
     returning id`,
    [
      requests.map((request) => request.id),
      requests.map((request) => request.agentType),
      requests.map((request) => request.content),
    ],
  )
  const added = new Set(rows.map((row) => row.id))
  await app.query(
    `insert into public.agent_sessions (id, request_chain, context_state) values ($1, $2, $3)
     on conflict (user_id, id) do nothing`,
    [
      nameUuid(`session ${user.id}`),
      JSON.stringify(requests.map((request) => ({ request_id: request.id }))),
      JSON.stringify({ language: 'en' }),
    ],
  )
  await becomeServer()
  for (const { id, agentType, outcome } of requests) {
    if (!outcome || !added.has(id)) continue
    await app.query(
      `update public.agent_requests set status = $3, progress = $4, results = $5, token_cost = $6
       where user_id = $1 and id = $2`,
      [user.id, id, outcome.status, outcome.progress, JSON.stringify(outcome.results), outcome.tokens],
    )
    await app.query(
      `insert into public.usage_events (id, user_id, event_type, tokens_used, cost, metadata)
       values ($1, $2, 'agent_request', $3, $4, $5)
       on conflict (user_id, id) do nothing`,
      [
        nameUuid(`usage ${id}`),
        user.id,
        outcome.tokens,
        (outcome.tokens * DOLLARS_PER_TOKEN).toFixed(6),
        JSON.stringify({ request_id: id, agent_type: agentType }),
      ],
    )
  }
  if (added.size > 0) {
    await app.query(
      `update public.user_profiles set plan_type = $2, subscription_status = $3, usage_count = usage_count + $4
       where user_id = $1`,
      [user.id, user.planType, user.planType === 'free' ? 'inactive' : 'active', added.size],
    )
  }
  return added.size
}
