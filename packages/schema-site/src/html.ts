/** HTML that is safe to write into a page. Only `html` and `trusted` create it. */
export interface Html {
  readonly html: string
}

/** A value in a template: text is escaped, HTML is not, and undefined and false give nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[]

/** An HTML template. Values are escaped unless they are already HTML. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: strings.reduce((text, part, index) => text + render(values[index - 1]) + part) }
}

/** Marks text as HTML, for the output of a library that escapes. */
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

/** Escapes text for an element or a quoted attribute. Invisible characters and direction overrides are shown by number. */
export function escapeText(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

// Controls but line feed and tab; marks and overrides of direction; zero-width characters; tags; lone surrogates.
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}]/gu

/** The text with each invisible character replaced by its number, such as `‹U+202E›`. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
  )
}
