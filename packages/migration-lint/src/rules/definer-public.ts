import type { Rule } from '../rule.ts'

export const DEFINER_PUBLIC: Rule = {
  code: 'M024',
  title: 'A definer function is revoked from public',
  *after({ schema, file }) {
    for (const { name, definer, isPublic, file: changed, statement } of schema.functions.values()) {
      if (changed !== file.name || !definer || !isPublic) continue
      yield {
        at: statement,
        message: `every role may call ${name}, which runs as its owner`,
        advice: `Add: revoke all on function ${name} from public;`,
      }
    }
  },
}
