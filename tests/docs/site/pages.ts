import { parseHTML } from 'linkedom'

/** Returns a page of the built site by its path. */
export type ReadPage = (path: string) => Document

/** Parses pages of a site, whose texts `read` returns. */
export function pageReader(read: (path: string) => string): ReadPage {
  return (path) => parseHTML(read(path)).document
}

/** The texts of elements, without links to their own anchors. */
export function texts(parent: ParentNode | undefined | null, selector: string): string[] {
  return [...(parent?.querySelectorAll(selector) ?? [])].map(({ textContent }) =>
    (textContent ?? '').replace(/\s+#$/, '').trim(),
  )
}
