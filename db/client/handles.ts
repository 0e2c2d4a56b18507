import type { DB } from '@centrid/db-types'
import { Transaction } from 'kysely'

// Three handles on a running transaction, each a type of its own: a function that says `db: UserDb` cannot be given
// the root database, nor another role's transaction.

/** A transaction that acts as a user: sees and writes that user's rows only. */
export class UserDb extends Transaction<DB> {
  readonly actsAs = 'authenticated'
}

/** A transaction that acts as the server: sees and writes everybody's rows. */
export class ServiceDb extends Transaction<DB> {
  readonly actsAs = 'service_role'
}

/** A transaction of nobody in particular. */
export class AnonDb extends Transaction<DB> {
  readonly actsAs = 'anon'
}
