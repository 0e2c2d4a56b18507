import type { Plan } from './plan.ts'
import { contractPart, driftPart, type Part, partsOf } from './words.ts'

/** A plan for a terminal. */
export function planAsText(plan: Plan): string {
  if (plan.files.length === 0) return `Nothing is pending: ${plan.database} is up to date`
  const part = ({ title, lines }: Part) => [`  ${title}`, ...lines.map((line) => `    ${line}`)]
  return [
    `What "make migrate" would do to ${plan.database}`,
    ...(plan.drifted.length > 0 ? part(driftPart(plan)) : []),
    ...plan.files.flatMap((file) => ['', file.file, ...partsOf(file).flatMap(part)]),
    '',
    ...part(contractPart(plan)),
  ].join('\n')
}

/** A plan for a pull request. */
export function planAsMarkdown(plan: Plan): string {
  if (plan.files.length === 0) return 'No migration is pending.'
  const part = ({ title, lines }: Part) => [
    `**${title}**`,
    '',
    ...lines.map((line) => `- ${escaped(line)}`),
    '',
  ]
  return [
    '## What the migrations do',
    '',
    ...plan.problems.map((problem) => `> **Problem:** ${escaped(problem)}\n`),
    ...(plan.drifted.length > 0 ? part(driftPart(plan)) : []),
    ...plan.files.flatMap((file) => [`### \`${file.file}\``, '', ...partsOf(file).flatMap(part)]),
    ...part(contractPart(plan)),
  ]
    .join('\n')
    .trimEnd()
}

/** Escapes Markdown, because names contain underscores and asterisks. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_<>|[\]#]/g, (character) => `\\${character}`)
}
