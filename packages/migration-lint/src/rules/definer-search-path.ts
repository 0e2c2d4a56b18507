import { isDeepStrictEqual } from 'node:util'
import type { Rule } from '../rule.ts'

const PATH = ['pg_catalog', 'pg_temp']

export const DEFINER_SEARCH_PATH: Rule = {
  code: 'M023',
  title: 'A definer function pins its search_path',
  *after({ schema, file }) {
    for (const { name, definer, searchPath, file: changed, statement } of schema.functions.values()) {
      if (changed !== file.name || !definer || isDeepStrictEqual(searchPath, PATH)) continue
      yield {
        at: statement,
        message: `${name} runs as its owner and ${searchPath ? `its search_path is ${searchPath.map((each) => `'${each}'`).join(', ')}` : 'sets no search_path'}: the caller's objects can shadow PostgreSQL's own`,
        advice: `Write in its definition, without quotes: set search_path = ${PATH.join(', ')}`,
      }
    }
  },
}
