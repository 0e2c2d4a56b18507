import type { Rule } from '../rule.ts'

export const IGNORE: Rule = {
  code: 'M006',
  title: 'A lint:ignore comment names a rule and a reason, and is needed',
  *ignores({ file }, silenced, codes) {
    for (const note of file.sections.flatMap(({ notes }) => notes)) {
      if (note.kind !== 'ignore' || silenced.has(note)) continue
      const { line, rule, reason } = note
      const message = !codes.includes(rule)
        ? `lint:ignore names no rule: "${rule}"`
        : reason === ''
          ? `lint:ignore ${rule} gives no reason`
          : `lint:ignore ${rule} silences nothing`
      yield {
        at: line,
        message,
        advice:
          'Write "-- lint:ignore M000: why" above the statement that breaks the rule, or remove the comment.',
      }
    }
  },
}
