import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { lexer, type Tokens } from 'marked'
import { RULES } from '../src/rules.ts'
import { lintFiles, SETTINGS, upOnly } from './support.ts'

const FOLDER = new URL('../docs/', import.meta.url)
const BEFORE = '20260101000000_create_notes.sql'
const DISTRIBUTED = { ...SETTINGS, distributedBy: 'owner_id' }
const EXAMPLE = '20260102000000_example.sql'

interface Example {
  heading: string
  info: string
  sql: string
}

function read(file: string): { title: string; examples: Example[] } {
  const tokens = lexer(readFileSync(new URL(file, FOLDER), 'utf8'))
  let heading = ''
  const titles: string[] = []
  const examples: Example[] = []
  for (const token of tokens) {
    if (isHeading(token)) {
      heading = token.text
      if (token.depth === 1) titles.push(token.text)
    }
    if (isCode(token)) examples.push({ heading, info: token.lang ?? '', sql: token.text })
  }
  return { title: titles[0] ?? '', examples }
}

function isHeading(token: { type: string }): token is Tokens.Heading {
  return token.type === 'heading'
}

function isCode(token: { type: string }): token is Tokens.Code {
  return token.type === 'code'
}

/** The files of an example: one, or several below lines `-- file: name`. */
function filesOf({ info, sql }: Example): Record<string, string> {
  const parts = sql.split(/^-- file: (.+)\n/m)
  const files: Record<string, string> = {}
  for (let at = 1; at + 1 < parts.length; at += 2) files[parts[at] ?? ''] = parts[at + 1] ?? ''
  if (parts.length > 1) return files
  const whole = info.includes('byte-order-mark') ? `\ufeff${sql}` : sql
  return { [EXAMPLE]: whole }
}

const before = upOnly(read('README.md').examples[0]?.sql ?? '')

for (const { code, title } of RULES) {
  describe(`${code}: ${title}`, () => {
    const page = read(`${code}.md`)

    test('its page has its title, examples that trigger it and examples that do not', () => {
      assert.equal(page.title, `${code}: ${title}`)
      assert.deepEqual([...new Set(page.examples.map(({ heading }) => heading))], ['Fires', 'Silent'])
    })

    for (const example of page.examples) {
      test(`${example.heading}: ${example.sql.split('\n').slice(0, 3).join(' ')}`, async () => {
        const files = filesOf(example)
        const isMarked = code === 'M002' || Object.values(files).some((text) => text.includes('-- migrate:'))
        const [name = '', text = ''] = Object.entries(files)[0] ?? []
        const folder = { [BEFORE]: before, ...(isMarked ? files : { [name]: upOnly(text) }) }
        const isOfCluster = code.startsWith('M04')
        const findings = await lintFiles(folder, isOfCluster ? DISTRIBUTED : SETTINGS)
        const found = [...new Set(findings.map(({ rule }) => rule))]
        assert.deepEqual(found, example.heading === 'Fires' ? [code] : [], JSON.stringify(findings, null, 2))
        assert.ok(findings.every(({ file }) => file !== BEFORE))
      })
    }
  })
}

test('every page belongs to a rule, and every code to exactly one rule', () => {
  const codes = RULES.map(({ code }) => code)
  assert.equal(new Set(codes).size, codes.length)
  assert.deepEqual(
    readdirSync(FOLDER)
      .filter((name) => name !== 'README.md')
      .sort(),
    codes.map((code) => `${code}.md`).sort(),
  )
})

test('the rules for a distributed database are off without its column', async () => {
  const rules = RULES.filter(({ code }) => code.startsWith('M04'))
  assert.equal(rules.length, 7)
  for (const { code } of rules) {
    for (const { heading, sql } of read(`${code}.md`).examples) {
      if (heading !== 'Fires') continue
      const findings = await lintFiles({ [BEFORE]: before, [EXAMPLE]: upOnly(sql) })
      assert.deepEqual(
        findings.filter(({ rule }) => rule === code),
        [],
      )
    }
  }
})
