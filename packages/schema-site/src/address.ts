/**
 * A name as part of a path, an anchor or an attribute. Lower-case letters, digits, `_` and `-` are kept; any other
 * character becomes `.` and its number. Different names give different results, even on a file system that ignores case.
 */
export function slug(name: string): string {
  return name.replaceAll(/[^a-z0-9_-]/gu, (character) => `.${(character.codePointAt(0) ?? 0).toString(16)}.`)
}

export function tablePage(name: string): string {
  return `tables/${slug(name)}.html`
}

export function functionAnchor(signature: string): string {
  return `functions.html#${slug(signature)}`
}

/** The page with all tests of one table. */
export function testPage(table: string): string {
  return `tests/${slug(table)}.html`
}

/** The page that shows a file of the repository. */
export function filePage(path: string): string {
  return `files/${path}.html`
}
