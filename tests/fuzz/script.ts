import type { Exchange } from './commands.ts'
import { CONNECTIONS } from './commands.ts'
import type { Answer } from './statement.ts'
import { quoted, storesAsSql } from './store.ts'
import { TABLES, type TableName, type Value } from './tables.ts'
import { firstStores } from './users.ts'

/**
 * The exchanges as an SQL script for the owner of a fresh migrated database: `psql -f` for one connection, otherwise one
 * psql per connection.
 */
export function replayScript(
  exchanges: readonly Exchange[],
  seed: number,
  isDifferent: (each: Exchange) => boolean,
): string {
  const used = new Set(exchanges.map(({ connection }) => connection))
  const first = storesAsSql(firstStores(), tablesOf(exchanges))
  const lines = [
    `-- Found by: SEED=${seed} make fuzz`,
    `-- Run it as the owner of a fresh migrated database${overlaps(exchanges) ? ', each connection in its own psql' : ''}.`,
    // If the first statement failed, it is also the only exchange.
    ...(exchanges[0]?.text === first ? [] : [first]),
  ]
  let before: number | undefined
  for (const each of exchanges) {
    if (each.connection !== before && used.size > 1) lines.push('', `-- ${nameOf(each.connection)}`)
    before = each.connection
    const different = isDifferent(each)
    if (different) lines.push(`-- expected: ${shown(each.expected)}`, `-- got:      ${shown(each.got)}`)
    lines.push(`${inlined(each.text, each.values)};`)
  }
  return `${lines.join('\n')}\n`
}

/** Tables that the exchanges need: those they use, those that search reads, and documents, to which chunks refer. */
function tablesOf(exchanges: readonly Exchange[]): TableName[] {
  const sql = exchanges.map(({ text }) => text).join('\n')
  return TABLES.filter((table) => sql.includes(table.replace('document_', '')) || table === 'documents')
}

function nameOf(connection: number): string {
  return connection === CONNECTIONS ? 'the server' : `connection ${connection + 1}`
}

/** Whether connections overlap: one sends while another has a transaction open. */
function overlaps(exchanges: readonly Exchange[]): boolean {
  let open: number | undefined
  for (const { connection, text } of exchanges) {
    if (open !== undefined && open !== connection) return true
    if (text.startsWith('begin')) open = connection
    if (text === 'commit' || text === 'rollback') open = undefined
  }
  return false
}

function inlined(text: string, values: readonly Value[]): string {
  return text.replace(/\$(\d+)/g, (_, place: string) => quoted(values[Number(place) - 1] ?? null))
}

function shown(answer: Answer | undefined): string {
  if (answer === undefined) return 'no error'
  if ('error' in answer) return `error ${answer.error}`
  const rows = 'rows' in answer ? answer.rows : answer.among
  const list = rows.map((row) => `(${row.map((value) => value ?? 'null').join(', ')})`).join(' ')
  return `${answer.count} ${'among' in answer ? `of: ${list}` : list}`.trim()
}
