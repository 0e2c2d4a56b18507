export { createDatabase, type DatabaseOptions } from './database.ts'
export { db, getMigrationClient } from './environment.ts'
export * from './errors.ts'
export type { AnonDb, Readable, ServiceDb, UserDb } from './handles.ts'
export type { Claims } from './identity.ts'
export { insertChunks, type NewChunk } from './insert-chunks.ts'
export { newestFirst, type Page, type PagedTable, type PageOptions } from './pages.ts'
export type { RootDb } from './root-db.ts'
export { withSavepoint } from './savepoint.ts'
export { type SearchOptions, searchChunks, searchDocuments } from './search.ts'
export {
  type TransactionOptions,
  type UserOptions,
  withAnon,
  withService,
  withUser,
} from './with-identity.ts'
export type { Unsent, Work } from './work.ts'
