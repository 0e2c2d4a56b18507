import type { Finding } from './finding.ts'

/** Findings of one rule in one file that stay: a file that was applied before the rule was made is never edited. */
export interface Accepted {
  file: string
  rule: string
  reason: string
}

/** Takes away what is accepted. Answers also the entries that accept nothing any more. */
export function withoutAccepted(
  findings: readonly Finding[],
  accepted: readonly Accepted[],
): { findings: Finding[]; unused: Accepted[] } {
  const covers = (entry: Accepted, finding: Finding) =>
    entry.file === finding.file && entry.rule === finding.rule
  return {
    findings: findings.filter((finding) => !accepted.some((entry) => covers(entry, finding))),
    unused: accepted.filter((entry) => !findings.some((finding) => covers(entry, finding))),
  }
}
