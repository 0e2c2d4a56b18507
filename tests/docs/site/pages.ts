import { parseHTML } from 'linkedom'

/** Answers a page of the built site by its path. */
export type ReadPage = (path: string) => Document

/** Reads pages of a site, whose texts `read` answers. */
export function pageReader(read: (path: string) => string): ReadPage {
  return (path) => parseHTML(read(path)).document
}

/** The texts of elements, without the links to their own place. */
export function texts(parent: ParentNode | undefined | null, selector: string): string[] {
  return [...(parent?.querySelectorAll(selector) ?? [])].map(({ textContent }) =>
    (textContent ?? '').replace(/\s+#$/, '').trim(),
  )
}
