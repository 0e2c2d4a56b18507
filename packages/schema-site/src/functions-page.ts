import { loadModule, scanSync } from 'libpg-query'
import { slug, tablePage } from './address.ts'
import { code } from './code.ts'
import { type Html, html } from './html.ts'
import type { Func, Model } from './model.ts'
import { type Page, scrolling, type To } from './page.ts'

export const FUNCTIONS_PAGE = 'functions.html'

/** A project's notes on its functions. */
export interface FunctionNotes {
  /** A function's TypeScript type; undefined if no program calls it. */
  typescript: (func: Func) => string | undefined
  /** Content for the end of the page, such as services that call the functions. */
  more: (to: To) => Html
}

export async function functionsPage(model: Model, notes: FunctionNotes): Promise<Page> {
  await loadModule()
  const { functions } = model
  return {
    path: FUNCTIONS_PAGE,
    title: 'Functions',
    kind: 'page',
    entries: functions.map(({ signature, comment }) => ({
      title: signature,
      kind: 'function',
      anchor: `#${slug(signature)}`,
      text: comment ?? '',
    })),
    body: (to) => html`<h1>Functions</h1>
${functions.map((func) => section(func, model, notes.typescript(func), to))}
${notes.more(to)}`,
  }
}

function section(func: Func, model: Model, typescript: string | undefined, to: To): Html {
  const { signature, comment, language, volatility, security, settings, execute, definition } = func
  const { tables, calls } = mentions(func, model)
  const rights =
    security === 'definer'
      ? html`<strong>the owner</strong> (security definer): row level security does not apply`
      : html`the caller`
  return html`<section id="${slug(signature)}"><h2><code>${signature}</code> <a class="anchor" href="#${slug(signature)}" aria-label="Link to this function">#</a></h2>
<p>${comment ?? 'No comment.'}</p>
${scrolling(
  `About ${signature}`,
  html`<table class="about"><tbody>
<tr><th scope="row">SQL</th><td><code>${func.schema}.${func.name}(${func.arguments})</code> returns <code>${func.returns}</code></td></tr>
${typescript !== undefined && html`<tr><th scope="row">TypeScript</th><td><code>${typescript}</code></td></tr>`}
<tr><th scope="row">runs with the rights of</th><td>${rights}</td></tr>
<tr><th scope="row">may be called by</th><td>${execute.length > 0 ? execute.join(', ') : 'no role of the API'}</td></tr>
<tr><th scope="row">uses</th><td>${names(tables.map((name) => html`<a href="${to(tablePage(name))}">${name}</a>`))}${calls.length > 0 && html`${tables.length > 0 && '; '}calls ${names(calls.map((each) => html`<a href="#${slug(each)}"><code>${each}</code></a>`))}`}${tables.length + calls.length === 0 && 'no object of the schema'}</td></tr>
<tr><th scope="row">kind</th><td>${language}, ${volatility}${settings.map((each) => html`, <code>${each}</code>`)}</td></tr></tbody></table>`,
)}
<details><summary>Source</summary>${code(definition, 'sql', `Source of ${signature}`)}</details></section>
`
}

function names(items: readonly Html[]): Html {
  return html`${items.map((item, index) => html`${index > 0 && ', '}${item}`)}`
}

/** Tables and functions whose qualified names occur in a function's body, found with PostgreSQL's scanner. */
function mentions(
  { source, signature: own }: Func,
  { tables, functions }: Model,
): { tables: string[]; calls: string[] } {
  const words = scanSync(source).tokens.map(({ text }) => text)
  const stands = ({ schema, name }: { schema: string; name: string }) =>
    words.some((word, at) => word === schema && words[at + 1] === '.' && words[at + 2] === name)
  return {
    tables: tables.filter(stands).map(({ name }) => name),
    calls: functions
      .filter((each) => each.signature !== own && stands(each))
      .map(({ signature }) => signature),
  }
}
