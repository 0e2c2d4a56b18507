import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadModule, parseSync } from 'libpg-query'
import type { Tokens } from 'marked'
import { compileStrictly, writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'
import { COMPILER_OPTIONS } from '../examples/published.ts'
import { temporaryFolder } from '../support/files.ts'
import { linkPackages } from '../types/program.ts'
import { type Page, pages } from './markdown.ts'

/** Declarations that the programs of the documents use without an import. */
const CONTEXT = `import type { Claims as CallersClaims, RootDb, UserDb } from '@centrid/db'
import type { AsUser as Columns, UserDB as Tables } from '@centrid/db-types'
import type { Kysely as Builder } from 'kysely'

declare global {
  type AsUser<T extends keyof Tables> = Columns<T>
  type Kysely<T> = Builder<T>
  type UserDB = Tables
  type Claims = CallersClaims
  const token: string
  const claims: CallersClaims
  const keys: Parameters<typeof import('jose').jwtVerify>[1]
  const issuer: string
  const jwtVerify: typeof import('jose').jwtVerify
  function serve(options: { methods: string[] }, handler: (request: Request) => Promise<Response>): void
  function requireCaller(request: Request): Promise<CallersClaims>
  function json(value: unknown): Response
  function getDB(): { db: RootDb; cleanup(): Promise<void> }
  function withUser<T>(
    db: RootDb, claims: CallersClaims, work: (tx: UserDb) => Promise<T>, options: { signal: AbortSignal },
  ): Promise<T>
  function countDocuments(tx: UserDb): Promise<number>
}
`

test('every TypeScript program in a document compiles', (t) => {
  const programs = Object.fromEntries(
    pages().flatMap((each) => code(each, 'ts').map((text, n) => [fileOf(each, n), asModule(text)])),
  )
  assert.ok(Object.keys(programs).length >= 5, Object.keys(programs).join())
  const folder = temporaryFolder(t)
  linkPackages(folder)
  writeProgram(folder, { ...programs, 'context.d.ts': CONTEXT })
  const options = { ...COMPILER_OPTIONS, lib: ['es2023', 'dom'], noUnusedLocals: false }
  assert.deepEqual(compileStrictly(folder, options), [])
})

test("every SQL statement in a document is PostgreSQL's", async () => {
  await loadModule()
  const wrong: string[] = []
  for (const each of pages())
    for (const sql of code(each, 'sql'))
      try {
        parseSync(sql)
      } catch (error) {
        wrong.push(`${each.path}: ${String(error)}: ${sql}`)
      }
  assert.deepEqual(wrong, [])
})

/** The fenced code of a page in a language. */
function code({ tokens }: Page, language: string): string[] {
  return tokens
    .filter((token): token is Tokens.Code => token.type === 'code' && token.lang === language)
    .map(({ text }) => text)
}

function fileOf({ path }: Page, n: number): string {
  return `${path.replaceAll(/\W/g, '-')}-${n + 1}.ts`
}

/** Adds an export, so that the file has its own scope. */
function asModule(text: string): string {
  return `${text}\nexport {}\n`
}
