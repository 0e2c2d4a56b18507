import type { DB, DBAs, UserDB } from '@centrid/db-types'
import { type KyselyProps, Transaction } from 'kysely'

// Three handles on a running transaction, each its own type. A function with a parameter `tx: UserDb` accepts neither
// the root database nor another role's transaction.

/** A transaction that acts as a user: only that user's rows, and only the columns that a user may write. */
export class UserDb extends Transaction<UserDB> {
  readonly actsAs = 'authenticated'
  /** Whether the tables are on other nodes. */
  readonly distributed: boolean

  constructor(props: KyselyProps, distributed = false) {
    super(props)
    this.distributed = distributed
  }
}

/** A transaction that acts as the server: it reads and writes all users' rows. */
export class ServiceDb extends Transaction<DBAs<'service_role'>> {
  readonly actsAs = 'service_role'
}

/** A transaction of a caller without account. */
export class AnonDb extends Transaction<DBAs<'anon'>> {
  readonly actsAs = 'anon'
}

/** A transaction of a user or of the server, for functions that only read these tables. */
export type Readable<Table extends keyof DB> = Transaction<Pick<DB, Table>>
