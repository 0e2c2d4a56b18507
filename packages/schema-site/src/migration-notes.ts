import { loadModule, type Node, parseSync, scanSync } from 'libpg-query'

/** A statement of a file, and the comment above it. */
export interface Statement {
  text: string
  /** The comment without dashes; empty if there is none. */
  comment: string
  node: Node | undefined
}

/** Splits SQL into statements with PostgreSQL's own parser. */
export async function splitStatements(sql: string): Promise<Statement[]> {
  await loadModule()
  // The parser counts bytes.
  const bytes = Buffer.from(sql)
  const { stmts = [] } = parseSync(sql)
  let end = 0
  return stmts.map(({ stmt, stmt_location = 0, stmt_len }) => {
    const start = end
    end = stmt_len ? stmt_location + stmt_len : bytes.length
    const text = bytes.subarray(start, end).toString()
    return { text: bytes.subarray(stmt_location, end).toString(), comment: commentAbove(text), node: stmt }
  })
}

/** The last block of comments before a statement's first word: a blank line ends a block. */
function commentAbove(text: string): string {
  const { tokens } = scanSync(text)
  // A semicolon ends the previous statement.
  const first = tokens.find(({ tokenName, text }) => !tokenName.endsWith('COMMENT') && text !== ';')
  const semicolon = tokens.find((token) => token.text === ';' && token.start < (first?.start ?? 0))
  const before = Buffer.from(text)
    .subarray(semicolon?.end ?? 0, first?.start ?? 0)
    .toString()
  return commentText(
    before
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? '',
  )
}

/** The first block of comments of a file, which states its purpose. */
export async function firstComment(sql: string): Promise<string> {
  await loadModule()
  const bytes = Buffer.from(sql)
  const first = scanSync(sql).tokens.find(({ tokenName }) => !tokenName.endsWith('COMMENT'))
  const before = bytes.subarray(0, first?.start ?? bytes.length).toString()
  return commentText(before.trim().split(/\n[ \t]*\n/)[0] ?? '')
}

function commentText(block: string): string {
  return block
    .split('\n')
    .map((line) => /^\s*--\s?(.*)$/.exec(line)?.[1] ?? line.replaceAll(/^\s*\/?\*+\/?|\*\/\s*$/g, ''))
    .join('\n')
    .trim()
}

/** The comment above each `create index`, by the index's name: the query that it serves. */
export async function indexNotes(sql: string): Promise<[name: string, note: string][]> {
  return (await splitStatements(sql)).flatMap(({ node, comment }): [string, string][] =>
    node && 'IndexStmt' in node && node.IndexStmt.idxname !== undefined && comment !== ''
      ? [[node.IndexStmt.idxname, comment]]
      : [],
  )
}
