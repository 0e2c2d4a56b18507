import type { Accepted } from 'migration-lint/accepted.ts'

const PINNED = 'migrations/20261125090000_pin_definer_functions.sql pins it'

/** Findings in migrations that were applied before the rule existed: an applied migration is never edited. */
export const ACCEPTED: readonly Accepted[] = [
  { file: 'migrations/20261101090100_create_user_profiles.sql', rule: 'M023', reason: PINNED },
  { file: 'migrations/20261101090700_create_search.sql', rule: 'M023', reason: PINNED },
]
