import { EVERY_ROW } from './access.ts'
import type { Difference } from './facts.ts'
import { type Html, html } from './html.ts'

/** Changes since an earlier state of the schema. */
export interface Since {
  /** `v1.2.0 (1a2b3c4)` */
  name: string
  /** The difference between the results of accessLines. */
  difference: Difference
}

/** How a cell of the matrix has changed. A reviewer must check `opened`. */
export type Turn = 'opened' | 'changed' | 'closed'

/** The most serious change of the cells with these keys; undefined if none has changed. */
export function turnOf(keys: readonly string[], since: Since | undefined): Turn | undefined {
  if (!since) return undefined
  const of = <T extends { name: string }>(list: readonly T[]) =>
    list.filter(({ name }) => keys.includes(name))
  const [added, changed, removed] = [
    of(since.difference.added),
    of(since.difference.changed),
    of(since.difference.removed),
  ]
  if (added.length > 0 || changed.some(opens)) return 'opened'
  if (changed.length > 0) return 'changed'
  return removed.length > 0 ? 'closed' : undefined
}

/** Whether policies no longer limit the rows. */
function opens({ now }: { now: string }): boolean {
  return now === EVERY_ROW
}

/** The CSS class of a cell or line that a reviewer must check: it opened, or it changed and may have opened. */
export function turnClass(turn: Turn | undefined): string {
  return turn === 'opened' || turn === 'changed' ? ` ${turn}` : ''
}

const SIGNS: Readonly<Record<Turn, string>> = { opened: '▲ opened', changed: '◆ changed', closed: '▽ closed' }

/** The change of a cell as words and a sign, so that colour is never the only mark. */
export function turnTag(turn: Turn | undefined): Html | undefined {
  return turn && html` <strong class="turn ${turn}">${SIGNS[turn]}</strong>`
}

/** Every change of access since the earlier state. */
export function sinceSection({ name, difference }: Since): Html {
  const { added, changed, removed } = difference
  const total = added.length + changed.length + removed.length
  return html`<section id="since"><h2>Since ${name}</h2>
${total === 0 && html`<p>No change of access.</p>`}
<ul class="difference">
${added.map((each) => html`<li class="opened">${turnTag('opened')} ${each.name}: <code>${each.now}</code></li>\n`)}
${changed.map((each) => html`<li class="changed">${turnTag(opens(each) ? 'opened' : 'changed')} ${each.name}: <del><code>${each.before}</code></del> <ins><code>${each.now}</code></ins></li>\n`)}
${removed.map((each) => html`<li>${turnTag('closed')} ${each.name}: <del><code>${each.before}</code></del></li>\n`)}
</ul></section>`
}
