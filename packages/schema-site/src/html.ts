/** HTML that is safe to write into a page. Only `html` and `trusted` make it. */
export interface Html {
  readonly html: string
}

/** What may stand in a template: text is escaped, HTML is not, and nothing is written of undefined and false. */
export type Content = Html | string | number | undefined | false | readonly Content[]

/** A template of HTML. Whatever is put into it is text, unless it is HTML already. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: strings.reduce((text, part, index) => text + render(values[index - 1]) + part) }
}

/** Takes text for HTML. For the output of a library that escapes by itself. */
export function trusted(text: string): Html {
  return { html: text }
}

function render(content: Content): string {
  if (content === undefined || content === false) return ''
  if (typeof content === 'string' || typeof content === 'number') return escapeText(String(content))
  return 'html' in content ? content.html : content.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or an attribute in quotes. Characters that nobody sees, or that turn text round, are named. */
export function escapeText(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

// Controls but line feed and tab; marks and overrides of direction; zero-width characters; tags; lone surrogates.
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}]/gu

/** The text with `‹U+202E›` in the place of an invisible character. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
  )
}
