import { marked, type Token } from 'marked'

/** A passage of a document. */
export interface Chunk {
  /** Plain text of the heading it stands under; null before the first heading. */
  sectionTitle: string | null
  content: string
}

/** A longer section is cut again between two blocks. A single block (a listing, a table) is never cut. */
const LONGEST_CHARACTERS = 4000
const LONGEST_TITLE = 1000

/** Cuts Markdown into chunks by heading; the heading is the first line of its chunk. Blank sections are left out. */
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
  // By code points, as the database counts: a slice could cut a pair in two.
  return text === '' ? null : [...text].slice(0, LONGEST_TITLE).join('')
}

/** What a reader sees of a heading: no markup, no tags. */
function plainText(token: Token): string {
  if (token.type === 'html') return ''
  if ('tokens' in token && token.tokens) return token.tokens.map(plainText).join('')
  return 'text' in token && typeof token.text === 'string' ? token.text : ' '
}
