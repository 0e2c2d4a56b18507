import { marked, type Token } from 'marked'

/** A passage of a document. */
export interface Chunk {
  /** Plain text of the section's heading; null before the first heading. */
  sectionTitle: string | null
  content: string
}

/** A longer section is split between two blocks. A single block (a listing, a table) is never split. */
const LONGEST_CHARACTERS = 4000
const LONGEST_TITLE = 1000

/** Splits Markdown into chunks by heading; the heading is the first line of its chunk. Blank sections are left out. */
export function cutByHeading(markdown: string): Chunk[] {
  const chunks: Chunk[] = []
  let title: string | null = null
  let content = ''
  const finish = () => {
    if (content.trim() !== '') chunks.push({ sectionTitle: title, content: content.trim() })
    content = ''
  }
  for (const block of marked.lexer(markdown)) {
    if (block.type === 'heading') {
      finish()
      title = titleOf(block)
    } else if (content.length + block.raw.length > LONGEST_CHARACTERS) {
      finish()
    }
    content += block.raw
  }
  finish()
  return chunks
}

function titleOf(heading: Token): string | null {
  const text = plainText(heading).replace(/\s+/g, ' ').trim()
  // Counted in code points, as in the database: slice() could split a surrogate pair.
  return text === '' ? null : [...text].slice(0, LONGEST_TITLE).join('')
}

/** The text of a heading, without markup or tags. */
function plainText(token: Token): string {
  if (token.type === 'html') return ''
  if ('tokens' in token && token.tokens) return token.tokens.map(plainText).join('')
  return 'text' in token && typeof token.text === 'string' ? token.text : ' '
}
