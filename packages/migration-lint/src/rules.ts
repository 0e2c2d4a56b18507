import type { Rule } from './rule.ts'
import { BUILT_SQL } from './rules/built-sql.ts'
import { BYTE_ORDER_MARK } from './rules/byte-order-mark.ts'
import { DEFINER_PUBLIC } from './rules/definer-public.ts'
import { DEFINER_SEARCH_PATH } from './rules/definer-search-path.ts'
import { DISTRIBUTED_COMMANDS } from './rules/distributed-commands.ts'
import { DISTRIBUTED_IDENTITY } from './rules/distributed-identity.ts'
import { DISTRIBUTED_JOIN } from './rules/distributed-join.ts'
import { DISTRIBUTED_KEY } from './rules/distributed-key.ts'
import { DISTRIBUTED_MERGE } from './rules/distributed-merge.ts'
import { DISTRIBUTED_POLICY } from './rules/distributed-policy.ts'
import { DISTRIBUTED_RESTRICTIVE } from './rules/distributed-restrictive.ts'
import { DOWN } from './rules/down.ts'
import { EVERY_ROW } from './rules/every-row.ts'
import { FOREIGN_KEY_INDEX } from './rules/foreign-key-index.ts'
import { GRANT_TO_EVERYBODY } from './rules/grant-to-everybody.ts'
import { IGNORE } from './rules/ignore.ts'
import { INDEX_CONCURRENTLY } from './rules/index-concurrently.ts'
import { NOT_VALID } from './rules/not-valid.ts'
import { ONE_STATEMENT } from './rules/one-statement.ts'
import { POLICIES } from './rules/policies.ts'
import { POLICY_INDEX } from './rules/policy-index.ts'
import { POLICY_TRANSACTION } from './rules/policy-transaction.ts'
import { REVOKE } from './rules/revoke.ts'
import { ROW_SECURITY } from './rules/row-security.ts'
import { SECTIONS } from './rules/sections.ts'
import { STATISTICS } from './rules/statistics.ts'
import { SYNTAX } from './rules/syntax.ts'
import { TRANSACTION_CONTROL } from './rules/transaction-control.ts'
import { TYPE_CHANGE } from './rules/type-change.ts'
import { UNLOGGED } from './rules/unlogged.ts'
import { VALIDATE_APART } from './rules/validate-apart.ts'
import { VERSION } from './rules/version.ts'

/** Every rule: 0 the file, 1 tables, 2 access, 3 locks and the planner, 4 a distributed database. */
export const RULES: readonly Rule[] = [
  SYNTAX,
  BYTE_ORDER_MARK,
  SECTIONS,
  VERSION,
  DOWN,
  TRANSACTION_CONTROL,
  IGNORE,
  ONE_STATEMENT,
  BUILT_SQL,
  ROW_SECURITY,
  POLICIES,
  REVOKE,
  UNLOGGED,
  EVERY_ROW,
  GRANT_TO_EVERYBODY,
  POLICY_INDEX,
  DEFINER_SEARCH_PATH,
  DEFINER_PUBLIC,
  POLICY_TRANSACTION,
  FOREIGN_KEY_INDEX,
  NOT_VALID,
  VALIDATE_APART,
  TYPE_CHANGE,
  INDEX_CONCURRENTLY,
  STATISTICS,
  DISTRIBUTED_IDENTITY,
  DISTRIBUTED_POLICY,
  DISTRIBUTED_COMMANDS,
  DISTRIBUTED_KEY,
  DISTRIBUTED_MERGE,
  DISTRIBUTED_JOIN,
  DISTRIBUTED_RESTRICTIVE,
]
