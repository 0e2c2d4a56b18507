import type { Rule } from '../rule.ts'

export const REVOKE: Rule = {
  code: 'M012',
  title: 'All privileges on a new table are revoked first',
  *after({ schema, file, settings: { granted } }) {
    for (const { name, file: made, statement, temporary, revoked } of schema.tables.values()) {
      const missing = granted.filter((role) => !revoked.has(role))
      if (made !== file.name || temporary || missing.length === 0) continue
      yield {
        at: statement,
        message: `table ${name} is not revoked from ${missing.join(', ')}: default privileges may have granted everything`,
        advice: `Add before its grants: revoke all on table ${name} from ${granted.join(', ')};`,
      }
    }
  },
}
