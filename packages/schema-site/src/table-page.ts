import type { Catalog, Column } from 'type-contract/catalog.ts'
import { slug, tablePage, testPage } from './address.ts'
import { checkInWords } from './check-words.ts'
import { code } from './code.ts'
import { attemptsAnchor, attemptsOf, type Evidence } from './evidence.ts'
import { type Content, type Html, html } from './html.ts'
import { COMMANDS, type Model, type Policy, type Table, tableTitle } from './model.ts'
import { type Entry, type Page, scrolling, type To } from './page.ts'
import { count, rulesInWords } from './words.ts'

/** A project's notes on its tables. */
export interface TableNotes {
  /** The owner column. */
  ownerOf: (table: Table) => string | undefined
  /** The query that an index serves, by the index's name. */
  serves: (index: string) => string | undefined
  /** A column's types for each consumer, by title, such as `DB`. Every column has the same titles. */
  types: (table: Table, column: string) => Readonly<Record<string, string>>
  /** An insert in each language, with the title of its tab. */
  examples: (table: Pick<Table, 'name'>) => readonly { title: string; language: string; text: string }[]
}

export async function tablePages(model: Model, notes: TableNotes, evidence: Evidence): Promise<Page[]> {
  const pages = model.tables.map(async (table): Promise<Page> => {
    const columns = columnsOf(model.catalog, table)
    const checks = await otherChecks(model.catalog, table)
    return {
      path: tablePage(table.name),
      title: tableTitle(table),
      kind: table.kind,
      text: table.comment ?? '',
      entries: entriesOf(table, columns),
      body: (to) => body(model, table, columns, checks, notes, evidence, to),
    }
  })
  return Promise.all(pages)
}

/** A check that is not a rule of one column. */
interface OtherCheck {
  name: string | undefined
  definition: string
  words: string | undefined
}

async function otherChecks(
  catalog: Catalog | undefined,
  { name, constraints }: Table,
): Promise<OtherCheck[]> {
  const definitions = catalog?.relations.find((each) => each.name === name)?.otherChecks ?? []
  return Promise.all(
    definitions.map(async (definition) => ({
      name: constraints.find((each) => each.definition === definition)?.name,
      definition,
      words: await checkInWords(definition),
    })),
  )
}

function columnsOf(catalog: Catalog | undefined, { name }: Table): readonly Column[] {
  return catalog?.relations.find((each) => each.name === name)?.columns ?? []
}

function entriesOf(table: Table, columns: readonly Column[]): Entry[] {
  return [
    ...columns.map((column) => ({
      title: column.name,
      kind: 'column',
      anchor: `#${columnAnchor(column.name)}`,
      text: [column.sqlType, column.comment ?? ''].join(' '),
    })),
    ...table.policies.map(({ name, using, check }) => ({
      title: name,
      kind: 'policy',
      anchor: `#${policyAnchor(name)}`,
      text: [using, check].filter(Boolean).join(' '),
    })),
    ...[
      ...table.indexes,
      ...table.triggers,
      ...table.constraints.filter(({ kind }) => kind === 'foreign key'),
    ].map(({ name, definition }) => ({
      title: name,
      kind: 'definition',
      anchor: `#${definitionAnchor(name)}`,
      text: definition,
    })),
  ]
}

export function columnAnchor(name: string): string {
  return `column-${slug(name)}`
}

function definitionAnchor(name: string): string {
  return `definition-${slug(name)}`
}

export function policyAnchor(name: string): string {
  return `policy-${slug(name)}`
}

function body(
  model: Model,
  table: Table,
  columns: readonly Column[],
  checks: readonly OtherCheck[],
  notes: TableNotes,
  evidence: Evidence,
  to: To,
): Html {
  const owner = notes.ownerOf(table)
  const examples = notes.examples(table)
  return html`<h1>${tableTitle(table)}</h1>
<p class="lead">${table.comment ?? 'No comment.'}</p>
<p>${owner ? html`A row belongs to the account in <code>${owner}</code>. ` : ''}<a href="${to(accessPage(table.name))}">Who may do what</a> · <a href="${to(testPage(table.name))}">What the tests try</a></p>
<h2>Columns</h2>
${columnTable(table, columns, owner, notes)}
${checks.length > 0 && html`<h3>Other checks</h3>${list(checks.map(({ name, definition, words }) => html`${name !== undefined && html`<code>${name}</code>: `}${words !== undefined && html`${words}<br>`}<code>${definition}</code>`))}`}
<h2>Keys</h2>
${keys(model, table, to)}
<h2>Indexes</h2>
${definitions(
  'Indexes',
  table.indexes.map(({ name, definition }) => ({
    name,
    definition,
    note: notes.serves(name) ?? keyOf(table, name),
  })),
  'serves',
)}
<h2>Triggers</h2>
${table.triggers.length > 0 ? definitions('Triggers', table.triggers) : html`<p>None.</p>`}
<h2>Policies</h2>
<p>${protection(table)}</p>
${table.policies.map((policy) => policySection(table, policy, model, evidence, to))}
${examples.length > 0 && html`<h2>Example</h2><p>A test runs each of these.</p>${examples.map(({ title, language, text }) => html`<h3>${title}</h3>${code(text, language, title)}`)}`}`
}

function protection({ kind, rls }: Table): Html {
  if (kind === 'view')
    return rls
      ? html`The view reads with the rights of the caller. The policies of its tables apply.`
      : html`The view reads with the rights of <strong>its owner</strong>. No policy applies to the caller.`
  return html`Row level security is ${rls ? 'on' : html`<strong>off</strong>`}.`
}

/** The page of a table's cells of the access matrix. */
export function accessPage(table: string): string {
  return `access/${slug(table)}.html`
}

function columnTable(
  table: Table,
  columns: readonly Column[],
  owner: string | undefined,
  notes: TableNotes,
): Html {
  const titles = Object.keys(notes.types(table, columns[0]?.name ?? ''))
  return scrolling(
    `Columns of ${table.name}`,
    html`<table class="columns"><thead><tr><th scope="col">column</th><th scope="col">SQL</th>${titles.map((each) => html`<th scope="col"><code>${each}</code></th>`)}<th scope="col">values</th><th scope="col">about</th></tr></thead>
<tbody>${columns.map((column) => {
      const types = notes.types(table, column.name)
      return html`
<tr id="${columnAnchor(column.name)}"><th scope="row"><code>${column.name}</code>${column.name === owner && html` <span class="tag owner-tag">owner ◆</span>`}</th>
<td><code>${column.sqlType}</code>${!column.nullable && html`<br><span class="faint">not null</span>`}</td>
${titles.map((title) => html`<td><code>${types[title] ?? ''}</code></td>`)}
<td>${takes(table, column)}</td><td>${column.comment ?? ''}</td></tr>`
    })}
</tbody></table>`,
  )
}

function takes(table: Table, column: Column): Html {
  const generated = table.columns.find(({ name }) => name === column.name)?.generated
  const rules = rulesInWords(column)
  const parts: Content[] = []
  if (rules !== '') parts.push(html`${rules}`)
  if (generated)
    parts.push(html`<details><summary>generated, never written</summary><code>${generated}</code></details>`)
  if (column.default !== null)
    parts.push(html`<span class="faint">default</span> <code>${column.default}</code>`)
  return html`${parts.map((part, index) => [index > 0 && html`<br>`, part])}`
}

function keys(model: Model, table: Table, to: To): Html {
  const own = table.constraints.filter(({ kind }) => kind !== 'check' && kind !== 'foreign key')
  const outgoing = table.constraints.filter(({ references }) => references !== null)
  const incoming = model.tables.flatMap((other) =>
    other.constraints
      .filter(({ references }) => references?.table === table.name && references.schema === table.schema)
      .map((key) => ({ other, key })),
  )
  const target = (schema: string, name: string) =>
    model.tables.some((each) => each.name === name && each.schema === schema)
      ? html`<a href="${to(tablePage(name))}">${name}</a>`
      : html`<code>${schema}.${name}</code>`
  return html`${scrolling(
    `Keys of ${table.name}`,
    html`<table><thead><tr><th scope="col">key</th><th scope="col">is</th><th scope="col">other table</th></tr></thead><tbody>
${own.map(({ name, definition }) => html`<tr><th scope="row"><code>${name}</code></th><td><code>${definition}</code></td><td></td></tr>\n`)}
${outgoing.map(({ name, definition, references }) => html`<tr id="${definitionAnchor(name)}"><th scope="row"><code>${name}</code></th><td><code>${definition}</code></td><td>references ${references !== null && target(references.schema, references.table)}</td></tr>\n`)}
${incoming.map(({ other, key }) => html`<tr><th scope="row"><code>${key.name}</code></th><td><code>${key.definition}</code></td><td>referenced by ${target(other.schema, other.name)}</td></tr>\n`)}
</tbody></table>`,
  )}`
}

function keyOf({ constraints }: Table, index: string): string | undefined {
  const key = constraints.find(
    ({ name, kind }) => name === index && kind !== 'check' && kind !== 'foreign key',
  )
  return key && `the ${key.kind}`
}

function definitions(
  label: string,
  rows: readonly { name: string; definition: string; note?: string | undefined }[],
  noteTitle?: string,
): Html {
  return scrolling(
    label,
    html`<table><thead><tr><th scope="col">name</th>${noteTitle !== undefined && html`<th scope="col">${noteTitle}</th>`}<th scope="col">definition</th></tr></thead><tbody>${rows.map(
      ({ name, definition, note }) => html`
<tr id="${definitionAnchor(name)}"><th scope="row"><code>${name}</code></th>${noteTitle !== undefined && html`<td>${note ?? ''}</td>`}<td><code>${definition}</code></td></tr>`,
    )}</tbody></table>`,
  )
}

function policySection(table: Table, policy: Policy, { roles }: Model, evidence: Evidence, to: To): Html {
  const commands =
    policy.command === 'all' ? COMMANDS.filter((each) => each !== 'truncate') : [policy.command]
  const holders = roles.filter(({ acts }) => policy.roles.some((role) => acts.includes(role)))
  const tests = holders.flatMap(({ name: role }) =>
    commands.map((command) => ({
      role,
      command,
      number: attemptsOf(evidence, { table: table.name, role, command }).length,
    })),
  )
  return html`<section class="policy" id="${policyAnchor(policy.name)}"><h3><code>${policy.name}</code></h3>
<p>${policy.permissive ? 'Permissive' : 'Restrictive'}, for <strong>${policy.command}</strong>, to ${policy.roles.join(', ')}.</p>
<dl>${policy.using !== null && html`<dt>existing rows (using)</dt><dd><code>${policy.using}</code></dd>`}${policy.check !== null && html`<dt>new rows (with check)</dt><dd><code>${policy.check}</code></dd>`}</dl>
<p>Tried by ${tests.map(({ role, command, number }, index) => html`${index > 0 && ', '}<a href="${to(`${testPage(table.name)}#${attemptsAnchor(role, command)}`)}">${count(number, 'statement')} of ${role}</a>`)}${evidence.files(table.name).map(({ path, page }) => html`, <a href="${to(page)}">${path}</a>`)}.</p></section>
`
}

function list(items: readonly Content[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`
}
