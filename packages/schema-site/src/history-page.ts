import type { Change } from 'type-contract/change.ts'
import { compareContracts } from 'type-contract/compare.ts'
import { type Contract, contractOf } from 'type-contract/contract.ts'
import { accessLines } from './access.ts'
import { slug } from './address.ts'
import { type Difference, differenceOf, isEmpty, schemaFacts } from './facts.ts'
import { type Content, type Html, html } from './html.ts'
import type { Model } from './model.ts'
import type { Page, To } from './page.ts'
import { count } from './words.ts'

export const HISTORY_PAGE = 'history.html'

/** A migration, and the schema after it. */
export interface Step {
  /** Name of its file. */
  name: string
  /** The page that shows the file. */
  page: string
  /** Its first comment. */
  comment: string
  statements: number
  /** Locks for which other sessions may wait, one line per object. */
  locks: readonly string[]
  /** How it is reverted, in words. */
  down: string
  model: Model
}

/** Every migration, the newest first, with its changes of schema and access. */
export function historyPage(steps: readonly Step[], schema: string): Page {
  const changes = steps.map((step, index) => changeOf(steps[index - 1]?.model ?? EMPTY, step, schema))
  return {
    path: HISTORY_PAGE,
    title: 'History',
    kind: 'page',
    entries: steps.map(({ name, comment }) => ({
      title: name,
      kind: 'migration',
      anchor: `#${slug(name)}`,
      text: comment,
    })),
    body: (to) => html`<h1>History</h1>
<p class="lead">Every migration, the newest first. Changes are read from the database before and after it.</p>
${changes.toReversed().map((change) => section(change, to))}`,
  }
}

const EMPTY: Model = { tables: [], functions: [], roles: [], catalog: undefined }

interface StepChange {
  step: Step
  objects: Difference
  access: Difference
  contract: readonly Change[]
}

function changeOf(before: Model, step: Step, schema: string): StepChange {
  return {
    step,
    objects: differenceOf(schemaFacts(before), schemaFacts(step.model)),
    access: differenceOf(accessLines(before), accessLines(step.model)),
    contract: compareContracts(contractFrom(before, schema), contractFrom(step.model, schema)),
  }
}

function contractFrom({ catalog }: Model, schema: string): Contract {
  return catalog ? contractOf(catalog, { schema }) : { format: 1, relations: {}, functions: {} }
}

function section({ step, objects, access, contract }: StepChange, to: To): Html {
  return html`<section id="${slug(step.name)}"><h2><a href="${to(step.page)}">${step.name}</a></h2>
<p class="prose">${withCode(step.comment)}</p>
<p>${count(step.statements, 'statement')}. ${step.down}</p>
${isEmpty(objects) ? html`<p>No change of tables or functions.</p>` : differenceLists('The schema', objects)}
${isEmpty(access) ? html`<p>No change of access.</p>` : differenceLists('Access', access)}
${step.locks.length > 0 ? html`<details><summary>Locks: ${count(step.locks.length, 'object')}</summary><ul>${step.locks.map((line) => html`<li>${line}</li>`)}</ul></details>` : html`<p>No locks on objects in use.</p>`}
${contract.length > 0 && html`<details><summary>The types package: ${levels(contract)}</summary><ul>${contract.map(({ level, reason }) => html`<li><strong>${level}</strong> ${reason}</li>`)}</ul></details>`}</section>
`
}

/** Text in which `code` is marked as in Markdown. */
function withCode(text: string): Content {
  return text.split(/`([^`\n]+)`/).map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part))
}

function levels(changes: readonly Change[]): string {
  const some = (['major', 'minor', 'patch'] as const).flatMap((level) => {
    const number = changes.filter((each) => each.level === level).length
    return number > 0 ? [`${number} ${level}`] : []
  })
  return some.join(', ')
}

/** A difference as lists that are collapsed at first. */
export function differenceLists(title: string, { added, changed, removed }: Difference): Html {
  const parts = [
    added.length > 0 && `${added.length} added`,
    changed.length > 0 && `${changed.length} changed`,
    removed.length > 0 && `${removed.length} removed`,
  ]
  return html`<details><summary>${title}: ${parts.filter(Boolean).join(', ')}</summary><ul class="difference">
${added.map(({ name, now }) => item('+', 'added', name, now))}
${changed.map(({ name, before, now }) => html`<li><strong>~ changed</strong> ${name}<br><del><code>${before}</code></del><br><ins><code>${now}</code></ins></li>`)}
${removed.map(({ name, before }) => item('−', 'removed', name, before))}</ul></details>`
}

function item(sign: string, word: string, name: string, value: string): Html {
  const long: Content =
    value.length > 200 && html`<details><summary>definition</summary><code>${value}</code></details>`
  return html`<li><strong>${sign} ${word}</strong> ${name} ${value !== '' && (long || html`<code>${value}</code>`)}</li>`
}
