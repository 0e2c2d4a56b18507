import { tablePage, testPage } from './address.ts'
import { type Attempt, attemptsAnchor, type Evidence } from './evidence.ts'
import { type Html, html } from './html.ts'
import { COMMANDS, type Model, type Table, tableTitle } from './model.ts'
import { type Page, scrolling, type To } from './page.ts'
import { accessPage } from './table-page.ts'
import { count } from './words.ts'

/** A page per table with the statements that the matrix tries, and the test files about the table. */
export function testPages({ tables, roles }: Model, evidence: Evidence): Page[] {
  return tables.map((table) => ({
    path: testPage(table.name),
    title: `Tests of ${tableTitle(table)}`,
    kind: 'tests',
    body: (to) =>
      body(
        table,
        roles.map(({ name }) => name),
        evidence,
        to,
      ),
  }))
}

function body(table: Table, roles: readonly string[], evidence: Evidence, to: To): Html {
  const own = evidence.attempts.filter((each) => each.table === table.name)
  const files = evidence.files(table.name)
  return html`<h1>Tests of <a href="${to(tablePage(table.name))}">${tableTitle(table)}</a></h1>
<p>${count(own.length, 'statement')} of the matrix. Each runs on a database and is rolled back. <a href="${to(accessPage(table.name))}">The access that they test</a>.</p>
<h2>Files</h2>
<ul>${files.map(({ path, page }) => html`<li><a href="${to(page)}">${path}</a></li>`)}</ul>
${roles.flatMap((role) =>
  [...COMMANDS, undefined].map((command) => {
    const tried = own.filter((each) => each.role === role && each.command === command)
    return (
      tried.length > 0 &&
      html`<section id="${attemptsAnchor(role, command)}"><h2>${role}: ${command ?? 'other statements'}</h2>${forms(role, tried)}</section>\n`
    )
  }),
)}`
}

/** One line per form: who tried it, and the expected outcome. */
function forms(role: string, attempts: readonly Attempt[]): Html {
  const byForm = groupBy(attempts, ({ form }) => form)
  return scrolling(
    `Statements of ${role}`,
    html`<table><thead><tr><th scope="col">statement</th><th scope="col">must give</th></tr></thead><tbody>${[
      ...byForm,
    ].map(
      ([form, tries]) => html`
<tr><th scope="row">${form}</th><td>${[...groupBy(tries, ({ expected }) => expected)].map(([expected, some], index) => html`${index > 0 && html`<br>`}<strong>${expected}</strong> <span class="faint">${[...new Set(some.map(({ actor }) => actor))].join(', ')}</span>`)}</td></tr>`,
    )}</tbody></table>`,
  )
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
