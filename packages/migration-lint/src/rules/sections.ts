import { scanSync } from 'libpg-query'
import type { Rule } from '../rule.ts'

export const SECTIONS: Rule = {
  code: 'M002',
  title: 'One up and one down section, and nothing above them',
  *file({ file: { sections, head } }) {
    const [first] = sections
    if (!sections.some(({ direction }) => direction === 'up'))
      yield { at: 1, message: 'there is no line "-- migrate:up"', advice: 'Write it above the SQL.' }
    else if (first?.direction === 'down')
      yield { at: first.line, message: 'migrate:down is above migrate:up', advice: 'Move it to the end.' }
    for (const direction of ['up', 'down']) {
      for (const { line } of sections.filter((each) => each.direction === direction).slice(1))
        yield {
          at: line,
          message: `a second "-- migrate:${direction}": what follows it never runs`,
          advice: `Keep one section of each kind, or make a second file. (A line inside a string counts too.)`,
        }
    }
    if (holdsSql(head))
      yield {
        at: 1,
        message: 'SQL above the first marker never runs',
        advice: 'Move it below "-- migrate:up".',
      }
  },
}

function holdsSql(text: string): boolean {
  if (text.trim() === '') return false
  try {
    return scanSync(text).tokens.some(
      ({ tokenName }) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT',
    )
  } catch {
    return true
  }
}
