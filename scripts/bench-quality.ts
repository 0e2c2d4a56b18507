import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { byKind, loadCorpus, measureQuality, PRODUCT } from '../bench/quality/quality.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const server = maintenance(await findTarget(say))
  const quality = await withThrowawayDatabase(server, (database) =>
    withOwnerClient(database, async (owner) => measureQuality(owner, await loadCorpus(owner), PRODUCT)),
  )
  for (const { labelled, scored } of quality.queries) {
    if (scored.ndcg < 1) say(`${scored.ndcg.toFixed(2)} ${scored.recall.toFixed(2)}  ${labelled.query}`)
  }
  say('\nNDCG@10 recall@10 queries')
  for (const [kind, queries, { ndcg, recall }] of [
    ...byKind(quality),
    ['all', quality.queries.length, quality.all] as const,
  ]) {
    say(
      `${ndcg.toFixed(3).padStart(7)} ${recall.toFixed(3).padStart(9)} ${String(queries).padStart(7)}  ${kind}`,
    )
  }
})
