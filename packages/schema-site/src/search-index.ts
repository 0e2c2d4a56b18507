import { encodePath, type Page } from './page.ts'

/** One entry of the search index. The browser loads the whole index before the first search. */
export interface Found {
  title: string
  kind: string
  /** Title of the page that contains it, if that is another title. */
  on: string
  path: string
  text: string
}

const LONGEST_TEXT = 2_000

/** The index as a script: unlike JSON, a browser can load it from a folder without a server. */
export function searchIndex(pages: readonly Page[]): string {
  const found = pages.flatMap(({ path, title, kind, text = '', entries = [] }): Found[] => [
    { title, kind, on: '', path: encodePath(path), text: text.slice(0, LONGEST_TEXT) },
    ...entries.map((entry) => ({
      title: entry.title,
      kind: entry.kind,
      on: title,
      path: encodePath(path + (entry.anchor ?? '')),
      text: entry.text.slice(0, LONGEST_TEXT),
    })),
  ])
  return `globalThis.SEARCH_TEXTS = ${JSON.stringify(found)}\n`
}
