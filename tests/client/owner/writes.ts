import { sql } from 'kysely'
import type { UserDb } from '../../../db/client/handles.ts'
import type { Query } from './reads.ts'
import { idOf } from './rows.ts'

const file = { file_type: 'text', file_size: 1 }

/** Writing statements in which a table occurs in every possible position. */
export const WRITES: Readonly<Record<string, (tx: UserDb) => Query>> = {
  update: (tx) => tx.updateTable('documents').set({ filename: 'x' }).returning('id'),
  'update of an alias, with a condition': (tx) =>
    tx
      .updateTable('documents as d')
      .set({ filename: 'x' })
      .where(sql<boolean>`false or d.file_size = 1`)
      .returning('d.id'),
  'update from': (tx) =>
    tx
      .updateTable('documents')
      .from('document_chunks')
      .set((eb) => ({ filename: eb.ref('document_chunks.content') }))
      .whereRef('document_chunks.document_id', '=', 'documents.id')
      .where('document_chunks.chunk_index', '=', 1)
      .returning(['documents.id', 'documents.filename']),
  'update from, with a left join': (tx) =>
    tx
      .updateTable('documents')
      .from('agent_requests')
      .leftJoin('document_chunks', 'document_chunks.document_id', 'agent_requests.id')
      .set({ filename: 'x' })
      .whereRef('agent_requests.id', '=', 'documents.id')
      .where('document_chunks.chunk_index', 'is distinct from', 2)
      .returning(['documents.id', 'document_chunks.content']),
  'update with a sub-query': (tx) =>
    tx
      .updateTable('documents')
      .set((eb) => ({
        file_size: eb.selectFrom('document_chunks').select((c) => c.fn.countAll<string>().as('n')),
      }))
      .returning(['id', 'file_size']),
  delete: (tx) => tx.deleteFrom('documents').returning('filename'),
  'delete of an alias, with a condition': (tx) =>
    tx.deleteFrom('documents as d').where(sql<boolean>`d.file_size = 1 or false`).returning('d.filename'),
  'delete using': (tx) =>
    tx
      .deleteFrom('documents')
      .using('agent_requests')
      .whereRef('agent_requests.id', '=', 'documents.id')
      .returning(['documents.filename', 'agent_requests.content']),
  'delete using, with a join': (tx) =>
    tx
      .deleteFrom('documents')
      .using('agent_requests')
      .innerJoin('document_chunks', 'document_chunks.document_id', 'agent_requests.id')
      .whereRef('agent_requests.id', '=', 'documents.id')
      .returning(['documents.filename', 'document_chunks.chunk_index']),
  'insert with a sub-query': (tx) =>
    tx
      .insertInto('agent_requests')
      .columns(['agent_type', 'content'])
      .expression((eb) => eb.selectFrom('documents').select(['file_type', 'filename']))
      .returning('content'),
  'insert on conflict': (tx) =>
    tx
      .insertInto('documents')
      .values([1, 2, 3].map((n) => ({ id: idOf(n), filename: 'again', ...file })))
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'id']).doUpdateSet((eb) => ({ filename: eb.ref('excluded.filename') })),
      )
      .returning(['id', 'filename']),
  'a common table expression that writes': (tx) =>
    tx
      .with('gone', (q) => q.deleteFrom('documents').returning('filename'))
      .selectFrom('gone')
      .selectAll(),
  'a common table expression with the name of the table to delete from': (tx) =>
    tx
      .with('documents', (q) => q.selectFrom('agent_requests').select('id'))
      .deleteFrom('documents')
      .returning('documents.id'),
  'a common table expression with the name of the table to update': (tx) =>
    tx
      .with('documents', (q) => q.selectFrom('agent_requests').select('id'))
      .updateTable('documents as d')
      .from('documents')
      .set({ filename: 'x' })
      .whereRef('d.id', '=', 'documents.id')
      .returning('d.id'),
  'a common table expression with the name of the table to merge into': (tx) =>
    tx
      .with('agent_requests', (q) => q.selectFrom('documents').select('id'))
      .mergeInto('agent_requests as r')
      .using('agent_requests as given', 'given.id', 'r.id')
      .whenMatched()
      .thenUpdateSet({ content: 'merged' })
      .returning('r.id'),
  merge: (tx) =>
    tx
      .mergeInto('document_chunks')
      .using('documents', 'documents.id', 'document_chunks.document_id')
      .whenMatchedAnd('document_chunks.chunk_index', '=', 1)
      .thenDelete()
      .whenMatched()
      .thenUpdateSet({ content: 'merged' })
      .whenNotMatched()
      .thenInsertValues((eb) => ({ document_id: eb.ref('documents.id'), chunk_index: 7, content: 'new' }))
      .returning(['documents.filename', 'document_chunks.chunk_index']),
  'merge of tables with their schema': (tx) =>
    tx
      .withSchema('public')
      .mergeInto('agent_requests')
      .using('documents', 'documents.id', 'agent_requests.id')
      .whenNotMatchedBySource()
      .thenDelete()
      .whenNotMatched()
      .thenInsertValues((eb) => ({
        id: eb.ref('documents.id'),
        agent_type: 'summary',
        content: eb.ref('documents.filename'),
      }))
      .returning(['agent_requests.id', sql`documents.tableoid::regclass::text`.as('table')]),
  'merge with unmatched rows of the target': (tx) =>
    tx
      .mergeInto('agent_requests as r')
      .using('documents as d', 'd.id', 'r.id')
      .whenNotMatchedBySourceAnd(sql<boolean>`false or true`)
      .thenDelete()
      .whenMatched()
      .thenUpdateSet({ content: 'merged' })
      .returning(['d.filename', 'r.content']),
}
