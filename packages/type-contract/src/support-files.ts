import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContractSettings } from './settings.ts'

/** The files that generated modules import, the same for every schema. */
const FILES = ['columns.d.ts', 'columns.js', 'json.d.ts', 'json.js', 'zod-rules.d.ts', 'zod-rules.js']

/** Copies of these files for the published package, which has no dependencies. */
export function supportFiles({
  support,
  command,
}: Pick<ContractSettings, 'support' | 'command'>): [path: string, text: string][] {
  return FILES.map((file) => [
    `src/${file}`,
    `// Copied by "${command}"; do not edit.\n${readFileSync(join(support, file), 'utf8')}`,
  ])
}
