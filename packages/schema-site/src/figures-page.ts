import { slug } from './address.ts'
import { type Html, html } from './html.ts'
import { type Page, scrolling } from './page.ts'
import { type Figure, plot, short } from './plots.ts'

export const FIGURES_PAGE = 'figures.html'

export interface FigureGroup {
  title: string
  about: string
  /** Names in the figures, such as those of the series, with their meaning. */
  names?: Readonly<Record<string, string>>
  figures: readonly Figure[]
}

/** Figures as plots, each with its numbers in a table. */
export function figuresPage(groups: readonly FigureGroup[]): Page {
  return {
    path: FIGURES_PAGE,
    title: 'Figures',
    kind: 'page',
    entries: groups.flatMap(({ title, about, figures }) => [
      { title, kind: 'figures', anchor: `#${slug(title)}`, text: about },
      ...figures.map((each) => ({
        title: each.title,
        kind: 'figure',
        anchor: `#${slug(title)}`,
        text: each.about,
      })),
    ]),
    body: () => html`<h1>Figures</h1>
${groups.map(
  ({ title, about, names, figures }) => html`<section><h2 id="${slug(title)}">${title}</h2>
<p>${about}</p>
${names && html`<dl>${Object.entries(names).map(([name, meaning]) => html`<dt>${name}</dt><dd>${meaning}</dd>`)}</dl>`}
${figures.map(drawn)}</section>`,
)}`,
  }
}

function drawn(figure: Figure): Html {
  const { title, about, unit, values, against, until } = figure
  return html`<figure><figcaption><h3>${title}</h3>${about !== '' && html`<p>${about}</p>`}</figcaption>
${scrolling(title, plot(figure))}
<details><summary>Numbers of “${title}”</summary>${scrolling(
    `Numbers of ${title}`,
    html`<table><thead><tr><th scope="col">what</th>${against !== undefined && html`<th scope="col" class="number">${against}</th>`}<th scope="col">side</th><th scope="col" class="number">${unit}</th>${until !== undefined && html`<th scope="col" class="number">${until}</th>`}</tr></thead><tbody>${values.map(
      ({ label, series, value, at, until: end }) => html`
<tr><th scope="row">${label}</th>${against !== undefined && html`<td class="number">${at?.toLocaleString('en')}</td>`}<td>${series}</td><td class="number">${short(value)}</td>${until !== undefined && html`<td class="number">${end !== undefined && short(end)}</td>`}</tr>`,
    )}</tbody></table>`,
  )}</details></figure>
`
}
