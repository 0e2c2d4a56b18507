import type { Difference } from './facts.ts'
import { type Html, html } from './html.ts'

/** What has changed since another state of the schema. */
export interface Since {
  /** `v1.2.0 (1a2b3c4)` */
  name: string
  /** Of what accessLines says. */
  difference: Difference
}

/** How a cell of the matrix has changed. `opened` is what a reviewer looks for. */
export type Turn = 'opened' | 'changed' | 'closed'

/** How the cells with these keys have changed, the gravest first; undefined if none has. */
export function turnOf(keys: readonly string[], since: Since | undefined): Turn | undefined {
  const has = (list: readonly { name: string }[]) => list.some(({ name }) => keys.includes(name))
  if (!since) return undefined
  const { added, changed, removed } = since.difference
  if (has(added)) return 'opened'
  if (has(changed)) return 'changed'
  return has(removed) ? 'closed' : undefined
}

const SIGNS: Readonly<Record<Turn, string>> = { opened: '▲ opened', changed: '◆ changed', closed: '▽ closed' }

/** The change of a cell, in words and with a sign: colours are never the only one. */
export function turnTag(turn: Turn | undefined): Html | undefined {
  return turn && html` <strong class="turn ${turn}">${SIGNS[turn]}</strong>`
}

/** Every change of access since the other state. */
export function sinceSection({ name, difference }: Since): Html {
  const { added, changed, removed } = difference
  const total = added.length + changed.length + removed.length
  return html`<section id="since"><h2>Since ${name}</h2>
${total === 0 && html`<p>Nobody may do more or less.</p>`}
<ul class="difference">
${added.map((each) => html`<li class="opened">${turnTag('opened')} ${each.name}: <code>${each.now}</code></li>\n`)}
${changed.map((each) => html`<li class="opened">${turnTag('changed')} ${each.name}: <del><code>${each.before}</code></del> <ins><code>${each.now}</code></ins></li>\n`)}
${removed.map((each) => html`<li>${turnTag('closed')} ${each.name}: <del><code>${each.before}</code></del></li>\n`)}
</ul></section>`
}
