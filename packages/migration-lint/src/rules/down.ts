import type { Rule } from '../rule.ts'

export const DOWN: Rule = {
  code: 'M004',
  title: 'A down section, or the reason why there is none',
  *file({ file: { up, down } }) {
    if (!up || down?.error || (down && down.sent.length > 0)) return
    if (down?.notes.some(({ kind, reason }) => kind === 'irreversible' && reason !== '')) return
    yield {
      at: down?.line ?? up.line,
      message: 'nothing undoes this migration',
      advice: 'Write the SQL below "-- migrate:down", or write there: -- irreversible: why',
    }
  },
}
