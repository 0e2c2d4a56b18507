import { type Compilable, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { UserDb } from '../../../db/client/handles.ts'
import { idOf } from './rows.ts'

export interface Query extends Compilable {
  execute(): Promise<object[]>
}

const ids = ['documents.id as document', 'document_chunks.chunk_index as chunk'] as const

/** Queries in which a table occurs in every possible position, by name. */
export const READS: Readonly<Record<string, (tx: UserDb) => Query>> = {
  'a table': (tx) => tx.selectFrom('documents').select('filename'),
  'an alias': (tx) => tx.selectFrom('documents as d').select('d.filename'),
  'a table with its schema': (tx) => tx.withSchema('public').selectFrom('documents').select('filename'),
  'all columns': (tx) => tx.selectFrom('documents').selectAll(),
  'raw SQL with "or" in where': (tx) =>
    tx.selectFrom('documents').select('filename').where(sql<boolean>`false or true`),
  'two tables': (tx) =>
    tx
      .selectFrom(['documents', 'agent_requests'])
      .select(['documents.id as document', 'agent_requests.id as request']),
  'two tables, the second with a right join': (tx) =>
    tx
      .selectFrom(['agent_requests', 'document_chunks'])
      .rightJoin('documents', 'document_chunks.document_id', 'documents.id')
      .select([...ids, 'agent_requests.id as request']),
  'an inner join': (tx) =>
    tx
      .selectFrom('documents')
      .innerJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
      .select(ids),
  'a join to itself': (tx) =>
    tx
      .selectFrom('documents as a')
      .innerJoin('documents as b', 'b.id', 'a.id')
      .select(['a.filename as a', 'b.filename as b']),
  'a left join': (tx) =>
    tx
      .selectFrom('documents')
      .leftJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
      .select(ids),
  'a left join with raw SQL in on': (tx) =>
    tx
      .selectFrom('documents')
      .leftJoin('document_chunks', (join) =>
        join.on(sql<boolean>`false or document_chunks.document_id = documents.id`),
      )
      .select(ids),
  'a right join': (tx) =>
    tx
      .selectFrom('document_chunks')
      .rightJoin('documents', 'document_chunks.document_id', 'documents.id')
      .select(ids),
  'a right join after a left join': (tx) =>
    tx
      .selectFrom('document_chunks')
      .leftJoin('agent_requests', 'agent_requests.id', 'document_chunks.document_id')
      .rightJoin('documents', 'document_chunks.document_id', 'documents.id')
      .select([...ids, 'agent_requests.id as request']),
  'a left join after a right join': (tx) =>
    tx
      .selectFrom('agent_requests')
      .rightJoin('documents', 'agent_requests.id', 'documents.id')
      .leftJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
      .select([...ids, 'agent_requests.id as request']),
  'two right joins': (tx) =>
    tx
      .selectFrom('document_chunks')
      .rightJoin('agent_requests', 'agent_requests.id', 'document_chunks.document_id')
      .rightJoin('documents', 'agent_requests.id', 'documents.id')
      .select([...ids, 'agent_requests.id as request']),
  'a full join': (tx) =>
    tx
      .selectFrom('documents')
      .fullJoin('agent_requests', 'agent_requests.id', 'documents.id')
      .select(['documents.id as document', 'agent_requests.id as request']),
  'a full join of aliases, then a left join': (tx) =>
    tx
      .selectFrom('documents as d')
      .fullJoin('agent_requests as r', 'r.id', 'd.id')
      .leftJoin('document_chunks as c', 'c.document_id', 'd.id')
      .select(['d.id as document', 'r.id as request', 'c.chunk_index as chunk']),
  'a full join of tables with their schema': (tx) =>
    tx
      .withSchema('public')
      .selectFrom('documents')
      .fullJoin('agent_requests', 'agent_requests.id', 'documents.id')
      .select(['documents.id as document', 'agent_requests.id as request']),
  'a full join, with all columns, system columns and a whole row': (tx) =>
    tx
      .selectFrom('documents')
      .fullJoin('agent_requests', 'agent_requests.id', 'documents.id')
      .selectAll()
      .select([
        sql`documents.tableoid::regclass::text`.as('table'),
        sql`pg_typeof(agent_requests)::text`.as('row'),
      ]),
  'a full join, grouped by a key': (tx) =>
    tx
      .selectFrom('documents')
      .fullJoin('agent_requests', 'agent_requests.id', 'documents.id')
      .select((eb) => ['documents.filename', eb.fn.countAll<string>().as('n')])
      .groupBy(['documents.user_id', 'documents.id']),
  'a full join, grouped by another column': (tx) =>
    tx
      .selectFrom('documents as d')
      .fullJoin('agent_requests as r', 'r.id', 'd.id')
      .select((eb) => ['d.file_type', eb.fn.countAll<string>().as('n')])
      .groupBy('d.file_type'),
  'a cross join': (tx) =>
    tx
      .selectFrom('documents')
      .crossJoin('agent_requests')
      .select(['documents.id as document', 'agent_requests.id as request']),
  'a cross join before a right join': (tx) =>
    tx
      .selectFrom('document_chunks')
      .crossJoin('agent_requests')
      .rightJoin('documents', (join) =>
        join
          .onRef('document_chunks.document_id', '=', 'documents.id')
          .onRef('agent_requests.id', '=', 'documents.id'),
      )
      .select([...ids, 'agent_requests.id as request']),
  'a lateral join': (tx) =>
    tx
      .selectFrom('documents')
      .leftJoinLateral(
        (eb) =>
          eb
            .selectFrom('document_chunks')
            .whereRef('document_chunks.document_id', '=', 'documents.id')
            .select('chunk_index')
            .as('last'),
        (join) => join.onTrue(),
      )
      .select(['documents.id as document', 'last.chunk_index as chunk']),
  'sub-queries in from, select, where and having': (tx) =>
    tx
      .selectFrom((eb) => eb.selectFrom('documents').select('id').as('d'))
      .select('d.id')
      .select((eb) =>
        eb
          .selectFrom('document_chunks')
          .whereRef('document_id', '=', 'd.id')
          .select((c) => c.fn.countAll<string>().as('n'))
          .as('chunks'),
      )
      .where((eb) => eb.exists(eb.selectFrom('agent_requests').select('id')))
      .groupBy('d.id')
      .having('d.id', 'not in', (eb) =>
        eb.selectFrom('agent_requests').select('id').where('id', '<', idOf(2)),
      ),
  'a sub-query inside of raw SQL': (tx) =>
    tx
      .selectFrom('documents')
      .select((eb) => [
        'filename',
        jsonArrayFrom(
          eb.selectFrom('document_chunks').whereRef('document_id', '=', 'documents.id').select('chunk_index'),
        ).as('chunks'),
      ]),
  'union, intersect and except': (tx) =>
    tx
      .selectFrom('documents')
      .select('id')
      .unionAll(tx.selectFrom('agent_requests').select('id'))
      .except(tx.selectFrom('document_chunks').select('document_id as id')),
  'a common table expression with the name of its table': (tx) =>
    tx
      .with('documents', (q) => q.selectFrom('documents').select('filename as title'))
      .selectFrom('documents')
      .select('title'),
  'a common table expression with the name of another table': (tx) =>
    tx
      .with('agent_requests', (q) => q.selectFrom('documents').select('filename as title'))
      .with('more', (q) => q.selectFrom('agent_requests').select('title'))
      .selectFrom('more')
      .innerJoin('agent_requests', 'agent_requests.title', 'more.title')
      .select('more.title'),
  'a sub-query below a common table expression that hides its table': (tx) =>
    tx
      .with('agent_requests', (q) => q.selectFrom('documents').select('filename as title'))
      .selectFrom('documents')
      .select('filename')
      .where('filename', 'in', (eb) => eb.selectFrom('agent_requests').select('title')),
  'with recursive': (tx) =>
    tx
      .withRecursive('documents', (q) =>
        q
          .selectFrom('agent_requests')
          .select(['id', sql<number>`1`.as('depth')])
          .unionAll((eb) =>
            eb
              .selectFrom('documents')
              .innerJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
              .where('documents.depth', '<', 3)
              .select(['documents.id', sql<number>`documents.depth + 1`.as('depth')]),
          ),
      )
      .selectFrom('documents')
      .selectAll(),
  'no table, with a count': (tx) =>
    tx.selectNoFrom((eb) =>
      eb
        .selectFrom('documents')
        .select((rows) => rows.fn.countAll<string>().as('n'))
        .as('n'),
    ),
  'distinct, order, limit and lock': (tx) =>
    tx.selectFrom('documents').select('id').orderBy('filename', 'desc').limit(10).forUpdate().skipLocked(),
}
