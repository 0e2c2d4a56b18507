/** A place that violates a rule. */
export interface Finding {
  /** Such as `M010`. */
  rule: string
  file: string
  /** From 1. */
  line: number
  /** What is wrong, and with which object. */
  message: string
  /** What to do. */
  advice: string
}

/** `migrations/x.sql:12: M010 …`, the format that editors and CI recognise, with the advice on the next line. */
export function formatFinding({ file, line, rule, message, advice }: Finding): string {
  return `${file}:${line}: ${rule} ${message}\n    ${advice}`
}
