import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { findScratch } from '../db/scratch.ts'
import { showCounts, showFile } from '../db/show-report.ts'
import { testRls } from '../db/test-rls.ts'

await runCommand(
  {
    options: {
      bail: { type: 'boolean' },
      exhaustive: { type: 'boolean' },
      figures: { type: 'boolean' },
      limit: { type: 'string', default: '30' },
      only: { type: 'string' },
    },
  },
  async ({ values }) => {
    const { limit, ...options } = values
    const counts = { passed: 0, failed: 0 }
    await testRls(await findScratch(say), {
      ...options,
      limitMs: wholeNumber('--limit', limit, 1, 9_999) * 1000,
      report: (file) => showFile(file, counts),
    })
    showCounts(counts)
  },
)
