import { after, before } from 'node:test'
import { type Cluster, startCluster } from './cluster.ts'
import { createDatabase, type Database } from './database.ts'

/** A database for the tests of one `describe`, created before them and dropped afterwards. */
export function useDatabase(options?: { pgtap: boolean }): {
  readonly url: string
  readonly name: string
  /** Another database of the server, for observing and for creating databases. */
  readonly serverUrl: string
} {
  let cluster: Cluster | undefined
  let database: Database | undefined
  before(async () => {
    cluster = await startCluster()
    database = await createDatabase(cluster.url, options)
  })
  after(async () => {
    await database?.drop()
    await cluster?.stop()
  })
  return {
    get url() {
      return database?.url ?? ''
    },
    get name() {
      return database?.name ?? ''
    },
    get serverUrl() {
      return cluster?.url ?? ''
    },
  }
}
