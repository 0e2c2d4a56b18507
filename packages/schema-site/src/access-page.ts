import { accessCells, BY_COLUMN, type Cell, callKey, cellKey, grantStatements, summaryOf } from './access.ts'
import { slug, tablePage, testPage } from './address.ts'
import { attemptsAnchor, attemptsOf, type Evidence } from './evidence.ts'
import { type Html, html } from './html.ts'
import { COMMANDS, type Command, type Model, type Table, tableTitle } from './model.ts'
import { type Page, scrolling, type To } from './page.ts'
import { type Since, sinceSection, turnClass, turnOf, turnTag } from './since.ts'
import { accessPage, policyAnchor } from './table-page.ts'
import { count } from './words.ts'

export const ACCESS_PAGE = 'access.html'

/** A project's texts for the access pages. */
export interface AccessNotes {
  /** Guarantees and their limits, shown above the matrix. */
  promises: (to: To) => Html
  /** A short description of each role. */
  roles: Readonly<Record<string, string>>
  /** Changes since an earlier state of the schema. */
  since?: Since
}

/** The matrix, and a page per table with the reason for each cell. */
export function accessPages(model: Model, notes: AccessNotes, evidence: Evidence): Page[] {
  const cells = accessCells(model)
  const of = (role: string, table: Table, command: Command) =>
    cells.filter((cell) => cell.role === role && cell.table === table && cell.command === command)
  return [
    {
      path: ACCESS_PAGE,
      title: 'Who may do what',
      kind: 'page',
      text: model.roles.map(({ name }) => name).join(' '),
      body: (to) => matrix(model, notes, of, to),
    },
    ...model.tables.map((table) => ({
      path: accessPage(table.name),
      title: `Who may do what with ${tableTitle(table)}`,
      kind: 'access',
      body: (to: To) => reasons(model, table, of, evidence, to),
    })),
  ]
}

type CellsOf = (role: string, table: Table, command: Command) => Cell[]

function anchorOf(role: string, command: Command): string {
  return `${slug(role)}-${command}`
}

function matrix({ tables, roles, functions }: Model, notes: AccessNotes, of: CellsOf, to: To): Html {
  const head = html`<thead><tr><th scope="col">command</th>${roles.map(({ name }) => html`<th scope="col" data-role="${name}">${name}</th>`)}</tr></thead>`
  return html`<h1>Who may do what</h1>
<p class="lead">Read from the privileges, policies and roles of the migrated database. Each cell links to its reason and its tests.</p>
<div class="choice" hidden><label for="role">Show</label> <select id="role"><option value="">every role</option>${roles.map(({ name }) => html`<option>${name}</option>`)}</select></div>
<ul class="legend"><li>${mark('all')} every row</li><li>${mark('some')} rows allowed by a policy</li><li>${mark('none')} refused</li></ul>
${notes.since && sinceSection(notes.since)}
${tables.map(
  (
    table,
  ) => html`<h2 id="${slug(table.name)}"><a href="${to(tablePage(table.name))}">${tableTitle(table)}</a></h2>
${scrolling(
  `Access to ${table.name}`,
  html`<table class="matrix">${head}<tbody>${COMMANDS.map(
    (command) => html`
<tr><th scope="row">${command}</th>${roles.map(({ name }) => cell(of(name, table, command), notes.since, to))}</tr>`,
  )}</tbody></table>`,
)}`,
)}
<h2 id="functions">Functions</h2>
${scrolling(
  'Who may call functions',
  html`<table class="matrix"><thead><tr><th scope="col">function</th>${roles.map(({ name }) => html`<th scope="col" data-role="${name}">${name}</th>`)}</tr></thead><tbody>${functions.map(
    ({ signature, execute, security }) => html`
<tr><th scope="row"><a href="${to(`functions.html#${slug(signature)}`)}"><code>${signature}</code></a></th>${roles.map(
      ({ name }) => {
        const turn = turnOf([callKey(name, signature)], notes.since)
        return execute.includes(name)
          ? html`<td class="some${turnClass(turn)}" data-role="${name}">${mark('some')} calls it${turnTag(turn)}${security === 'definer' && ', with the owner’s rights'}</td>`
          : html`<td class="none" data-role="${name}">${mark('none')} no${turnTag(turn)}</td>`
      },
    )}</tr>`,
  )}</tbody></table>`,
)}
<h2 id="roles">The roles</h2>
<dl class="roles">${roles.map(({ name, bypassesPolicies }) => html`<dt data-role="${name}"><code>${name}</code></dt><dd data-role="${name}">${notes.roles[name] ?? ''}${bypassesPolicies && ' It bypasses row level security.'}</dd>`)}</dl>
${notes.promises(to)}`
}

/** A sign that is readable without its colour. */
export function mark(reach: Cell['reach']): Html {
  const sign = { all: '●', some: '◐', none: '✕' }[reach]
  return html`<span class="sign ${reach}" aria-hidden="true">${sign}</span>`
}

function cell(cells: readonly Cell[], since: Since | undefined, to: To): Html | undefined {
  const [first] = cells
  if (!first) return undefined
  const { role, table, command } = first
  const { reach, columns, whole } = summaryOf(cells)
  const words = WORDS[reach]
  const part =
    reach !== 'none' &&
    !whole &&
    html`<br><small>${columns.length} of ${cells.length} columns: ${columns.join(', ')}</small>`
  const turn = turnOf(cells.map(cellKey), since)
  return html`<td class="${reach}${turnClass(turn)}" data-role="${role}">${mark(reach)} <a href="${to(`${accessPage(table.name)}#${anchorOf(role, command)}`)}" aria-label="${role}, ${command} ${table.name}: ${words}">${words}</a>${turnTag(turn)}${part}</td>`
}

const WORDS: Readonly<Record<Cell['reach'], string>> = {
  all: 'every row',
  some: 'rows by policy',
  none: 'no',
}

function reasons({ roles }: Model, table: Table, of: CellsOf, evidence: Evidence, to: To): Html {
  return html`<h1>Who may do what with <a href="${to(tablePage(table.name))}">${tableTitle(table)}</a></h1>
<div class="choice" hidden><label for="role">Show</label> <select id="role"><option value="">every role</option>${roles.map(({ name }) => html`<option>${name}</option>`)}</select></div>
${roles.map(
  ({ name: role }) => html`<div data-role="${role}"><h2>${role}</h2>
${COMMANDS.map((command) => reason(role, table, command, of(role, table, command), evidence, to))}</div>`,
)}`
}

function reason(
  role: string,
  table: Table,
  command: Command,
  cells: readonly Cell[],
  evidence: Evidence,
  to: To,
): Html {
  const { reach, whole, columns } = summaryOf(cells)
  const words = WORDS[reach]
  const whys = [...new Set(cells.filter((each) => each.reach === reach).map(({ why }) => why))]
  const grants = grantStatements(cells)
  const policies = reach === 'some' ? [...new Set(cells.flatMap((each) => each.policies))] : []
  const tried = attemptsOf(evidence, { table: table.name, role, command })
  return html`<section class="reason" id="${anchorOf(role, command)}"><h3>${mark(reach)} ${command}: ${words}${reach !== 'none' && !whole && `, ${columns.length} of ${cells.length} columns`}</h3>
<ul>${whys.map((why) => html`<li>${why}</li>`)}
${grants.length > 0 && html`<li>granted: ${grants.map((grant, index) => html`${index > 0 && ', '}<code>${grant}</code>`)}</li>`}
${policies.map(({ name, using, check }) => html`<li>policy <a href="${to(`${tablePage(table.name)}#${policyAnchor(name)}`)}">${name}</a>${using !== null && html`, using <code>${using}</code>`}${check !== null && html`, with check <code>${check}</code>`}</li>`)}
<li>${tried.length === 0 ? html`no test of the matrix` : html`tried by <a href="${to(`${testPage(table.name)}#${attemptsAnchor(role, command)}`)}">${count(tried.length, 'statement')}</a>`}${evidence.files(table.name).map(({ path, page }) => html`, and <a href="${to(page)}">${path}</a>`)}</li></ul>
${BY_COLUMN.includes(command) && reach !== 'none' && columnReasons(role, table, command, cells, evidence)}</section>
`
}

function columnReasons(
  role: string,
  table: Table,
  command: Command,
  cells: readonly Cell[],
  evidence: Evidence,
): Html {
  return html`<details><summary>by column</summary>${scrolling(
    `${role}, ${command} ${table.name} by column`,
    html`<table><thead><tr><th scope="col">column</th><th scope="col">may</th><th scope="col">tried</th></tr></thead><tbody>${cells.map(
      ({ column, reach, why }) => html`
<tr><th scope="row"><code>${column}</code></th><td>${mark(reach)} ${reach === 'none' ? `no: ${why}` : 'yes'}</td><td class="number">${attemptsOf(evidence, { table: table.name, role, command, column }).length}</td></tr>`,
    )}</tbody></table>`,
  )}</details>`
}
