import type { Rule } from '../rule.ts'

export const BYTE_ORDER_MARK: Rule = {
  code: 'M001',
  title: 'No byte order mark',
  *file({ file }) {
    if (!file.byteOrderMark) return
    yield {
      at: 1,
      message: 'the file begins with a byte order mark: dbmate does not recognise the marker after it',
      advice: 'Save the file as UTF-8 without a byte order mark.',
    }
  },
}
