import type { Rule } from '../rule.ts'

export const VERSION: Rule = {
  code: 'M003',
  title: 'A unique version of fixed width',
  *file({ file, files, settings: { versionDigits } }) {
    if (!new RegExp(`^\\d{${versionDigits}}_[a-z0-9_]+\\.sql$`).test(file.name))
      yield {
        at: 1,
        message: `"${file.name}" is not ${versionDigits} digits, "_", a name of lower-case letters and ".sql": dbmate ignores it or sorts it in the wrong place`,
        advice: 'Rename the file if it is not applied yet.',
      }
    const first = files.find(({ version }) => version === file.version)
    if (first && first !== file && file.version !== '')
      yield {
        at: 1,
        message: `${first.name} also has the version ${file.version}: the second file never runs`,
        advice: 'Give the newer file a newer version.',
      }
  },
}
