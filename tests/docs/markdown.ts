import { readdirSync, readFileSync } from 'node:fs'
import { lexer, type Token, type Tokens } from 'marked'
import { anchors } from 'schema-site/anchors.ts'
import { inRoot } from '../../db/paths.ts'

/** A Markdown file of this repository, by its path from the root. */
export interface Page {
  path: string
  tokens: Token[]
}

/** README.md, CONTRIBUTING.md, docs/ and the READMEs of packages. */
export function pages(): Page[] {
  const docs = readdirSync(inRoot('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
  return ['README.md', 'CONTRIBUTING.md', 'packages/pgtap-runner/README.md', 'types/README.md', ...docs]
    .sort()
    .map(page)
}

export function page(path: string): Page {
  return { path, tokens: everyToken(lexer(readFileSync(inRoot(path), 'utf8'))) }
}

/** Tokens and all nested tokens, including those of list items and table cells. */
function everyToken(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => [token, ...everyToken(inside(token))])
}

function inside(token: Token): Token[] {
  if (isTable(token)) return [token.header, ...token.rows].flat().flatMap((cell) => cell.tokens)
  if (isList(token)) return token.items
  return 'tokens' in token ? (token.tokens ?? []) : []
}

export function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table'
}

function isList(token: Token): token is Tokens.List {
  return token.type === 'list'
}

export function isLink(token: Token): token is Tokens.Link | Tokens.Image {
  return token.type === 'link' || token.type === 'image'
}

export function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ tokens }: Page): Set<string> {
  return new Set(
    tokens
      .filter(isHeading)
      .map(({ text }) => text)
      .map(anchors()),
  )
}

/** Words of a page's text and code, without links. */
export function words({ tokens }: Page): string[] {
  return texts(tokens.filter((token) => isCode(token) || isPlainText(token))).flatMap(split)
}

/** Lines of a page's code, each split into words. */
export function codeLines({ tokens }: Page): string[][] {
  return texts(tokens.filter(isCode))
    .flatMap((text) => text.split('\n'))
    .map(split)
}

function texts(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => ('text' in token ? [String(token.text)] : []))
}

function split(text: string): string[] {
  return text.trim().split(/\s+/)
}

function isCode(token: Token): boolean {
  return token.type === 'codespan' || token.type === 'code'
}

/** Whether a token is text without nested tokens. */
function isPlainText(token: Token): boolean {
  return token.type === 'text' && inside(token).length === 0
}
