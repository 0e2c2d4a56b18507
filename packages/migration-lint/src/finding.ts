/** What a rule found. */
export interface Finding {
  /** Such as `M010`. */
  rule: string
  file: string
  /** From 1. */
  line: number
  /** What is wrong, on what. */
  message: string
  /** What to do. */
  advice: string
}

/** `migrations/x.sql:12: M010 …`, as editors and CI understand it, and what to do below. */
export function formatFinding({ file, line, rule, message, advice }: Finding): string {
  return `${file}:${line}: ${rule} ${message}\n    ${advice}`
}
