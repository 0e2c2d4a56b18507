import { tablePage } from './address.ts'
import { diagram } from './diagram.ts'
import { html } from './html.ts'
import { type Model, tableTitle } from './model.ts'
import { type Page, scrolling } from './page.ts'
import type { TableNotes } from './table-page.ts'

export const TABLES_PAGE = 'tables.html'

/** The diagram, and a list of the tables for readers who cannot see it. */
export async function tablesPage({ tables }: Model, { ownerOf }: Pick<TableNotes, 'ownerOf'>): Promise<Page> {
  const picture = await diagram(tables, ownerOf)
  return {
    path: TABLES_PAGE,
    title: 'Tables',
    kind: 'page',
    body: (to) => html`<h1>Tables</h1>
<p>Select a table to open its page. <b>PK</b>: part of the primary key. <b>FK</b>: part of a foreign key. <b>◆</b>: the owner of the row. An arrow points from a foreign key to the table that it references.</p>
<div class="canvas"><div class="buttons" hidden><button type="button" data-zoom="in">Zoom in</button><button type="button" data-zoom="out">Zoom out</button><button type="button" data-zoom="all">Show all</button></div>
<div class="picture" tabindex="0" role="region" aria-label="Diagram of the tables">${picture(to)}</div></div>
<h2>All tables</h2>
${scrolling(
  'All tables',
  html`<table><thead><tr><th scope="col">table</th><th scope="col">rows</th><th scope="col" class="number">columns</th></tr></thead><tbody>${tables.map(
    (table) => html`
<tr><th scope="row"><a href="${to(tablePage(table.name))}">${tableTitle(table)}</a></th><td>${table.comment ?? ''}</td><td class="number">${table.columns.length}</td></tr>`,
  )}</tbody></table>`,
)}`,
  }
}
