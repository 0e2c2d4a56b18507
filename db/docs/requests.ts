import { code } from 'schema-site/code.ts'
import { type Html, html } from 'schema-site/html.ts'
import type { To } from 'schema-site/page.ts'

/** A request to an edge function as a command, and an answer. A test runs it and compares the shape of the answer. */
export interface Request {
  function: string
  about: string
  /** For `make functions`. */
  command: string
  status: number
  answer: object
}

const ADDRESS = 'http://localhost:54321/functions/v1'
const TOKEN = '-H "Authorization: Bearer $(make -s token user=ada@example.com)"'

export const REQUESTS: readonly Request[] = [
  {
    function: 'hello',
    about: 'Without a token: how many rows there are.',
    command: `curl ${ADDRESS}/hello`,
    status: 200,
    answer: { status: 'ok', counts: { user_profiles: 3, documents: 24, agent_requests: 6 } },
  },
  {
    function: 'hello',
    about: 'With a token: how many rows the caller has.',
    command: `curl ${TOKEN} ${ADDRESS}/hello`,
    status: 200,
    answer: { status: 'ok', counts: { user_profiles: 1, documents: 8, agent_requests: 2 } },
  },
  {
    function: 'search',
    about: 'The caller’s own chunks that match, best first.',
    command: `curl ${TOKEN} -H "Content-Type: application/json" -d '{"query": "tall trees", "maxResults": 1}' ${ADDRESS}/search`,
    status: 200,
    answer: {
      results: [
        {
          id: '00000000-0000-4000-8000-000000000002',
          document_id: '00000000-0000-4000-8000-000000000001',
          chunk_index: 0,
          section_title: null,
          content: 'A tall spruce among other trees',
          headline: 'A <mark>tall</mark> spruce among other <mark>trees</mark>',
          rank: 0.1,
        },
      ],
    },
  },
  {
    function: 'search',
    about: 'An invalid request is refused with the reason.',
    command: `curl ${TOKEN} -H "Content-Type: application/json" -d '{"query": 1}' ${ADDRESS}/search`,
    status: 400,
    answer: { error: { code: 'invalid_request', message: '"query" must be a string' } },
  },
]

/** The edge functions, each with its requests and answers. */
export function requestsSection(to: To): Html {
  const names = [...new Set(REQUESTS.map((each) => each.function))]
  return html`<h2 id="edge-functions">Edge functions</h2>
<p><code>make functions</code> serves them. A test runs each of these lines. <a href="${to('docs/edge-functions.html')}">More about edge functions</a>.</p>
${names.map(
  (name) => html`<section id="edge-${name}"><h3>${name}</h3>
${REQUESTS.filter((each) => each.function === name).map(
  ({ about, command, status, answer }) => html`<p>${about}</p>
${code(command, 'bash', `Request to ${name}`)}
<p>Answers ${status}:</p>
${code(JSON.stringify(answer, undefined, 2), 'json', `Answer of ${name}`)}`,
)}</section>`,
)}`
}
