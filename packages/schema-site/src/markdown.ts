import { Marked, type Token, type Tokens } from 'marked'
import { anchors } from './anchors.ts'
import { code } from './code.ts'
import { type Html, html, trusted } from './html.ts'
import type { Entry } from './page.ts'
import { scrolling } from './page.ts'

export interface Document {
  title: string
  body: Html
  /** Its headings below the title, each with its text. */
  entries: Entry[]
  text: string
}

/**
 * Converts a Markdown file to HTML. HTML in it is shown as text; comments are left out.
 *
 * @param address maps the address of a link in the file to its address on the page
 */
export function renderMarkdown(source: string, address: (href: string) => string): Document {
  const anchorOf = anchors()
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const anchor = anchorOf(text)
        const inner = trusted(this.parser.parseInline(tokens))
        const mark =
          depth > 1 && html` <a class="anchor" href="#${anchor}" aria-label="Link to this heading">#</a>`
        return `${html`<${trusted(`h${depth}`)} id="${anchor}">${inner}${mark}</${trusted(`h${depth}`)}>`.html}\n`
      },
      link({ href, tokens }) {
        return html`<a href="${address(href)}">${trusted(this.parser.parseInline(tokens))}</a>`.html
      },
      image({ href, text }) {
        return html`<img src="${address(href)}" alt="${text}">`.html
      },
      code({ text, lang = '' }) {
        return code(text, lang.split(' ')[0]).html
      },
      codespan({ text }) {
        return html`<code>${text}</code>`.html
      },
      html({ text }) {
        return text.trim().startsWith('<!--') ? '' : html`${text}`.html
      },
      table(token) {
        const cells = (row: Tokens.TableCell[], tag: 'th' | 'td') =>
          row.map((cell, index) => {
            const right = token.align[index] === 'right' && html` class="number"`
            const name = trusted(tag)
            return html`<${name}${tag === 'th' && html` scope="col"`}${right}>${trusted(this.parser.parseInline(cell.tokens))}</${name}>`
          })
        return scrolling(
          'Table',
          html`<table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>${token.rows.map(
            (row) => html`<tr>${cells(row, 'td')}</tr>\n`,
          )}</tbody></table>`,
        ).html
      },
    },
  })
  const tokens = marked.lexer(source)
  return { ...describe(tokens), body: trusted(marked.parser(tokens)) }
}

function describe(tokens: readonly Token[]): Omit<Document, 'body'> {
  const anchorOf = anchors()
  const parts: { title: string; anchor: string; texts: string[] }[] = []
  for (const token of tokens) {
    if (isHeading(token))
      parts.push({ title: plain(token.tokens), anchor: `#${anchorOf(token.text)}`, texts: [] })
    else if (token.type !== 'space' && token.type !== 'html') parts.at(-1)?.texts.push(token.raw)
  }
  const [first, ...rest] = parts
  return {
    title: first?.title ?? '',
    text: first?.texts.join('\n') ?? '',
    entries: rest.map(({ title, anchor, texts }) => ({
      title,
      kind: 'section',
      anchor,
      text: texts.join('\n'),
    })),
  }
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

/** The text of a heading without markup. */
function plain(tokens: readonly Token[]): string {
  return tokens.map((token) => ('text' in token ? String(token.text) : '')).join('')
}
