import fc from 'fast-check'
import { chosen, type Predicate, predicate, predicateSql, quietPredicate } from './predicate.ts'
import { fails, parameters, project, type Statement, selectList, shows } from './statement.ts'
import { rowsIn, type Store } from './store.ts'
import { columnsOf, rightsOn, TABLES, type TableName, tableOf } from './tables.ts'
import { timesOf } from './values.ts'

const FORMS = ['plain', 'count', 'exists', 'for update', 'cte', 'self join', 'twice', 'aggregate'] as const
type Form = (typeof FORMS)[number]

export const anyTable = fc.constantFrom(...TABLES)

/** Columns that a select list may have. */
export function readable(table: TableName): string[] {
  return [...Object.keys(columnsOf(table)), 'user_id', ...timesOf(table)]
}

/** Some of the table's columns, at least one. */
export function someColumns(table: TableName): fc.Arbitrary<string[]> {
  return fc.subarray(readable(table), { minLength: 1, maxLength: 3 })
}

export const select: fc.Arbitrary<Statement> = anyTable.chain((table) =>
  fc
    .record({
      form: fc.constantFrom(...FORMS),
      columns: someColumns(table),
      which: predicate,
      quiet: quietPredicate,
    })
    // `exists` may stop before the row for which a leaky predicate fails.
    .map(({ form, columns, which, quiet }) =>
      selectOf(table, form, columns, form === 'exists' ? quiet : which),
    ),
)

/** A plain select ordered by id, because a cursor needs an order. */
export const orderedSelect: fc.Arbitrary<Statement> = anyTable.chain((table) =>
  fc.tuple(someColumns(table), quietPredicate).map(([columns, which]) => {
    const statement = selectOf(table, 'plain', columns, which)
    return { ...statement, text: `${statement.text} order by t.id` }
  }),
)

function selectOf(table: TableName, form: Form, columns: readonly string[], which: Predicate): Statement {
  const collected = parameters()
  const condition = predicateSql(table, which, collected)
  const list = (alias: string) => selectList(alias, columns)
  return {
    text: sqlOf(form, table, list, condition),
    values: collected.values,
    run: (store, user) => {
      const updatable = rightsOn(table).update.length > 0
      if (form === 'for update' && !updatable) return fails('42501', store)
      const found = chosen(table, which, store, user)
      if ('error' in found) return fails(found.error, store)
      const { rows } = found
      const shown = project(rows, columns, user)
      switch (form) {
        case 'count':
          return shows([[String(rows.length)]], store)
        case 'exists':
          return shows([[String(rows.length > 0)]], store)
        case 'aggregate':
          return shows([[rows.length > 0 ? (user ?? null) : null, String(rows.length)]], store)
        case 'twice':
          return shows([...shown, ...shown], store)
        default:
          return shows(shown, store)
      }
    },
  }
}

function sqlOf(form: Form, table: TableName, list: (alias: string) => string, condition: string): string {
  const from = `from public.${table} t where ${condition}`
  switch (form) {
    case 'plain':
      return `select ${list('t')} ${from}`
    case 'count':
      return `select count(*)::text ${from}`
    case 'exists':
      return `select exists (select ${from})::text`
    case 'for update':
      return `select ${list('t')} ${from} for update`
    case 'cte':
      return `with seen as materialized (select * ${from}) select ${list('seen')} from seen`
    case 'self join':
      return `select ${list('other')} from public.${table} t join public.${table} other on other.id = t.id where ${condition}`
    case 'twice':
      return `select ${list('t')} ${from} union all select ${list('t')} ${from}`
    case 'aggregate':
      return `select max(t.user_id::text), count(distinct t.user_id::text || t.id::text)::text ${from}`
  }
}

/** Tables whose ids the fuzzer chooses. */
const WITH_IDS = TABLES.filter((table) => !tableOf(table).onePerAccount)

const JOINS: readonly { text: string; run: (store: Store) => (string | null)[][] }[] = [
  {
    text: 'select c.id::text, d.filename from public.document_chunks c join public.documents d on d.id = c.document_id',
    run: (store) =>
      rowsIn(store, 'document_chunks').flatMap((chunk) =>
        rowsIn(store, 'documents')
          .filter((document) => document.id === chunk.document_id)
          .map((document) => [chunk.id ?? null, document.filename ?? null]),
      ),
  },
  {
    text: 'select d.id::text, count(c.id)::text from public.documents d left join public.document_chunks c on c.document_id = d.id group by d.id',
    run: (store) =>
      rowsIn(store, 'documents').map(({ id = null }) => [
        id,
        String(rowsIn(store, 'document_chunks').filter((chunk) => chunk.document_id === id).length),
      ]),
  },
  {
    text: `select t.id::text, (select count(*) from public.agent_requests r where r.id = t.id)::text,
    (select string_agg(e.event_type, ',') from public.usage_events e where e.id = t.id) from public.agent_sessions t`,
    run: (store) =>
      rowsIn(store, 'agent_sessions').map(({ id = null }) => [
        id,
        String(rowsIn(store, 'agent_requests').filter((request) => request.id === id).length),
        rowsIn(store, 'usage_events').find((event) => event.id === id)?.event_type ?? null,
      ]),
  },
  {
    text: WITH_IDS.map((table) => `select id::text from public.${table}`).join(' union all '),
    run: (store) => WITH_IDS.flatMap((table) => rowsIn(store, table).map(({ id = null }) => [id])),
  },
  {
    text: 'select d.filename, r.content from public.documents d full join public.agent_requests r using (id)',
    run: (store) => [
      ...rowsIn(store, 'documents').map(({ id, filename = null }) => [
        filename,
        rowsIn(store, 'agent_requests').find((request) => request.id === id)?.content ?? null,
      ]),
      ...rowsIn(store, 'agent_requests')
        .filter(({ id }) => !rowsIn(store, 'documents').some((document) => document.id === id))
        .map(({ content = null }) => [null, content]),
    ],
  },
]

export const join: fc.Arbitrary<Statement> = fc.constantFrom(...JOINS).map(({ text, run }) => ({
  text,
  values: [],
  run: (store) => shows(run(store), store),
}))
