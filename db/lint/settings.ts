import type { Settings } from 'migration-lint/settings.ts'
import { INTENT } from '../access.ts'

/** The settings of migration-lint for this project. */
export const LINT_SETTINGS: Settings = {
  everybody: ['public', 'anon'],
  users: ['public', 'anon', 'authenticated'],
  granted: ['public', 'anon', 'authenticated', 'service_role'],
  sampled: INTENT.sampled,
  versionDigits: 14,
  defaultSchema: 'public',
}
