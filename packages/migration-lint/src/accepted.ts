import type { Finding } from './finding.ts'

/** Findings of one rule in one file that are accepted: a file applied before the rule existed is never edited. */
export interface Accepted {
  file: string
  rule: string
  reason: string
}

/** Removes the accepted findings. Also returns the entries that match no finding. */
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
