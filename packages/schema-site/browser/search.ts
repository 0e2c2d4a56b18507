import MiniSearch, { type SearchResult } from 'minisearch'
import type { Found } from '../src/search-index.ts'

declare global {
  /** Set by search-index.js. */
  var SEARCH_TEXTS: readonly Found[] | undefined
}

const MOST = 12

/** Enables the search field, whose index is loaded at its first use. */
export function enableSearch(): void {
  const input = document.querySelector<HTMLInputElement>('#search')
  const list = document.querySelector<HTMLUListElement>('#results')
  const status = document.querySelector('#found')
  if (!input || !list || !status) return
  input.closest('.search')?.removeAttribute('hidden')
  let search: Promise<(text: string) => SearchResult[]> | undefined
  const show = async () => {
    search ??= loadSearch()
    const find = await search
    const results = input.value.trim() === '' ? [] : find(input.value).slice(0, MOST)
    list.replaceChildren(...results.map(resultItem))
    list.hidden = results.length === 0
    status.textContent = input.value.trim() === '' ? '' : `${results.length} found`
  }
  input.addEventListener('input', show)
  input.addEventListener('focus', show)
  document.addEventListener('keydown', (event) => {
    const links = [...list.querySelectorAll('a')]
    const stops: (Element | null)[] = [input, ...links]
    const at = stops.indexOf(document.activeElement)
    if (event.key === '/' && !isTyping()) focusOn(input, event)
    else if (event.key === 'Escape' && at >= 0) close()
    else if (event.key === 'ArrowDown' && at >= 0) focusOn(stops[at + 1], event)
    else if (event.key === 'ArrowUp' && at > 0) focusOn(stops[at - 1], event)
    else if (event.key === 'Enter' && at === 0) links[0]?.click()
  })
  document.addEventListener('click', (event) => {
    const inside = event.target instanceof Element && event.target.closest('.search') !== null
    if (!inside || (event.target instanceof Element && event.target.closest('#results'))) close()
  })

  function close(): void {
    if (list) list.hidden = true
  }
}

function isTyping(): boolean {
  return (
    document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLSelectElement
  )
}

function focusOn(element: Element | null | undefined, event: Event): void {
  if (!(element instanceof HTMLElement)) return
  event.preventDefault()
  element.focus()
}

async function loadSearch(): Promise<(text: string) => SearchResult[]> {
  const script = document.createElement('script')
  script.src = `${root()}search-index.js`
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve)
    script.addEventListener('error', reject)
    document.head.append(script)
  })
  const index = new MiniSearch<Found>({
    idField: 'path',
    fields: ['title', 'on', 'text'],
    storeFields: ['title', 'kind', 'on', 'path'],
    // "orders" must also find `find_orders`.
    tokenize: (text) => text.split(/[\s\p{P}\p{S}]+/u).filter(Boolean),
    searchOptions: { prefix: true, fuzzy: 0.15, boost: { title: 8, on: 2 }, combineWith: 'AND' },
  })
  const seen = new Set<string>()
  index.addAll((globalThis.SEARCH_TEXTS ?? []).filter(({ path }) => !seen.has(path) && seen.add(path)))
  return (text) => {
    const wanted = text.trim().toLowerCase()
    const results = index.search(text)
    // Entries with this name come before those that only mention it; a function's name counts without schema and arguments.
    const isExact = ({ title }: SearchResult) => namesOf(String(title).toLowerCase()).includes(wanted)
    return [...results.filter(isExact), ...results.filter((each) => !isExact(each))]
  }
}

function namesOf(title: string): string[] {
  return [title, title.replace(/\(.*/, '').replace(/^.*\./, '')]
}

function resultItem({ title, kind, on, path }: SearchResult): HTMLLIElement {
  const link = document.createElement('a')
  link.href = root() + path
  const name = document.createElement('strong')
  name.textContent = title
  const where = document.createElement('span')
  where.textContent = on === '' ? kind : `${kind} · ${on}`
  link.append(name, ' ', where)
  const item = document.createElement('li')
  item.append(link)
  return item
}

function root(): string {
  return document.body.dataset.root ?? ''
}
