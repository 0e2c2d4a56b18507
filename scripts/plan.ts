import { runCommand } from 'command-line/run-command.ts'
import { say, sayAside } from 'command-line/terminal.ts'
import { failed, usageError } from 'postgres-kit/failure.ts'
import { plan } from '../db/plan/plan.ts'
import { planAsMarkdown, planAsText } from '../db/plan/show.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findEmbeddedScratch } from '../db/scratch.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget, maintenance } from '../db/target.ts'

await runCommand(
  { options: { json: { type: 'boolean' }, format: { type: 'string' } } },
  async ({ values }) => {
    const format = values.json ? 'json' : values.format || 'text'
    const show = { text: planAsText, markdown: planAsMarkdown, json: JSON.stringify }[format]
    if (!show) throw usageError(`FORMAT is "${format}": write markdown, json or nothing`)
    const target = await findTarget(sayAside)
    await prepareEmbeddedDatabase(target)
    const found = await plan(
      target.owner,
      maintenance(await findEmbeddedScratch(sayAside)),
      undefined,
      readSettings().platform,
    )
    say(show(found))
    if (found.problems.length > 0) throw failed(`do not deploy this:\n  ${found.problems.join('\n  ')}`)
  },
)
