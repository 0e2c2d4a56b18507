import { readFileSync } from 'node:fs'
import type { AccessNotes } from 'schema-site/access-page.ts'
import { html } from 'schema-site/html.ts'
import { renderMarkdown } from 'schema-site/markdown.ts'
import type { Since } from 'schema-site/since.ts'
import { inRoot } from '../paths.ts'
import { linkFrom } from './documents.ts'
import type { Sources } from './sources.ts'

/** The guarantees of docs/isolation.md, and a description of each role. */
export function accessNotes(since: Since | undefined, sources: Sources): AccessNotes {
  return {
    ...(since ? { since } : {}),
    roles: {
      anon: 'A request without a token.',
      authenticated: 'A signed-in user, identified by the token.',
      service_role: 'The server’s own code.',
      authenticator: 'The login of the API. It switches to one of the other roles for each request.',
    },
    promises: (to) => {
      const parts = isolationParts((href) => linkFrom(ISOLATION, href, to, sources))
      return html`${parts}<p><a href="${to('docs/isolation.html')}">All of Isolation</a></p>`
    },
  }
}

const ISOLATION = 'docs/isolation.md'
const WANTED = ['## What is promised', '## What is not promised']

function isolationParts(address: (href: string) => string) {
  const sections = readFileSync(inRoot(ISOLATION), 'utf8').split(/^(?=## )/m)
  const wanted = sections.filter((section) => WANTED.some((title) => section.startsWith(`${title}\n`)))
  return renderMarkdown(wanted.join('\n'), address).body
}
