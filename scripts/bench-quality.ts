import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { DESIGNS, TEXTS } from '../bench/quality/designs.ts'
import { byKind, loadCorpus, measureQuality, PRODUCT, type Quality } from '../bench/quality/quality.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const server = maintenance(await findTarget(say))
  await withThrowawayDatabase(server, (database) =>
    withOwnerClient(database, async (owner) => {
      const corpus = await loadCorpus(owner)
      const ours = await measureQuality(owner, corpus, PRODUCT)
      for (const { labelled, scored } of ours.queries) {
        if (scored.ndcg < 1) say(`${figures(scored)}  ${labelled.query}`)
      }
      say('\nNDCG@10 recall@10 by kind of query')
      for (const [kind, queries, scored] of byKind(ours)) say(`${figures(scored)}  ${kind} (${queries})`)
      say('\nNDCG@10 recall@10 of all, by design')
      say(`${figures(ours.all)}  ${PRODUCT.name}`)
      await owner.query(TEXTS)
      for (const { setUp, ...design } of DESIGNS) {
        await owner.query(setUp)
        say(`${figures((await measureQuality(owner, corpus, design)).all)}  ${design.name}`)
      }
    }),
  )
})

function figures({ ndcg, recall }: Quality['all']): string {
  return `${ndcg.toFixed(3).padStart(7)} ${recall.toFixed(3).padStart(9)}`
}
