import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parse } from 'libpg-query'
import { readPgtapSql } from '../src/pgtap/source.ts'
import { createLexerState, lex, resetLexerState } from '../src/psql/lexer.ts'

/** Splits a script without psql commands or variables. The last element is the text after the last semicolon. */
function split(script: string): string[] {
  const state = createLexerState()
  const statements: string[] = []
  let current = ''
  for (const line of script.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    let at = 0
    for (;;) {
      const stop = lex(state, line, at, true)
      current += line.slice(at, stop.at)
      if (stop.kind === 'line-end') break
      if (stop.kind === 'semicolon') {
        statements.push(current)
        current = ''
        resetLexerState(state)
      } else current += line.slice(stop.at, stop.next)
      at = stop.next
    }
  }
  if (current.trim()) statements.push(current)
  return statements
}

/** Pieces of SQL with semicolons, quotes and comment signs that are easily misread. */
const awkward = fc.constantFrom(
  'a',
  ';',
  "'",
  '"',
  '$',
  '$$',
  '--',
  '/*',
  '*/',
  '\\',
  ':x',
  '\n',
  ' ',
  'begin',
  'end',
  '(',
  'é',
  '😀',
)
const text = fc.array(awkward, { maxLength: 6 }).map((parts) => parts.join(''))
const piece = fc.oneof(
  text.map((inner) => `'${inner.replaceAll("'", "''")}'`),
  text.map((inner) => `E'${inner.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  text.map((inner) => `"${inner.replaceAll('"', '""')}"`),
  fc
    .tuple(fc.constantFrom('', 'tag', '_x1', 'é'), text)
    .map(([tag, inner]) => `$${tag}$${inner.replaceAll(`$${tag}$`, '').replaceAll('$', '')}$${tag}$`),
  text.map(
    (inner) =>
      `/* ${inner.replaceAll(/\*\/|\/\*/g, '')} /* ; */ ${inner.replaceAll(/\*\/|\/\*/g, '').replaceAll(/[*/]/g, '')} */`,
  ),
  text.map((inner) => `-- ${inner.replaceAll('\n', ' ')}\n`),
  text.map((inner) => `(${inner.replaceAll(/[^a;]/g, '')})`),
  fc.constantFrom(
    'select',
    '1',
    'a$b$',
    'x.y',
    '+ -',
    '<=',
    '::int',
    ',',
    'case when true then 1 end',
    '\n',
    'e',
    'n',
    "B'1'",
    '$1',
  ),
)
const statement = fc
  .array(piece, { minLength: 1, maxLength: 8 })
  // Joined by commas, because strings separated only by a line break are one string, with the escape rules of the first.
  .map((pieces) => `select ${pieces.join(' , ')}`)
const routine = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map(
    (body) =>
      `create or replace function f() returns int language sql begin atomic ${body.map((s) => `${s}\n;`).join(' ')} select case 1 when 1 then 2 end; end`,
  )

describe('the splitter', () => {
  it('splits any joined list of statements', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: statement }, routine), { maxLength: 8 }),
        (statements) => {
          // A statement may end in a line comment, so the semicolon is on the next line.
          const script = statements.map((one) => `${one}\n;`).join('')
          assert.deepEqual(
            split(script).map((one) => one.replace(/\n$/, '')),
            statements,
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('reads strings on consecutive lines as one, with the escapes of the first', () => {
    const statements = ["select E''\n'\\';'", "select ''\n'\\'"]
    assert.deepEqual(split(statements.map((one) => `${one};`).join('')), statements)
  })

  it('loses and adds no character, whatever the input', () => {
    fc.assert(
      fc.property(
        fc.array(awkward, { maxLength: 40 }).map((parts) => parts.join('')),
        (script) => {
          const state = createLexerState()
          let seen = ''
          for (const line of script.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
            for (let at = 0; ; ) {
              const stop = lex(state, line, at, true)
              seen += line.slice(at, stop.at)
              if (stop.kind === 'line-end') break
              assert.ok(stop.next > stop.at)
              seen += line.slice(stop.at, stop.next)
              if (stop.kind === 'semicolon') resetLexerState(state)
              at = stop.next
            }
          }
          assert.equal(seen, script)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it("agrees with PostgreSQL's own parser on all of pgTAP's SQL", async () => {
    const sql = (await readPgtapSql()).replace(/^\\.*$/gm, '')
    const parsed: unknown = await parse(sql)
    const expected =
      typeof parsed === 'object' && parsed !== null && 'stmts' in parsed && Array.isArray(parsed.stmts)
        ? parsed.stmts.length
        : 0
    assert.ok(expected > 900)
    assert.equal(split(sql).filter((one) => one.replace(/--.*$/gm, '').trim()).length, expected)
  })
})
