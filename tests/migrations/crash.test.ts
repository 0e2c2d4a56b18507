import { test } from 'node:test'
import { afterTest } from '../support/after-test.ts'
import { LONG, shared } from '../support/long.ts'
import { crash, openSite, VICTIMS } from './crash/crash.ts'
import { gatedMigrations } from './crash/gates.ts'

test('after kill -9 or a restart of the server at a statement, the next deploy gives the same catalog, without a wrong ledger row or an INVALID index', async (t) => {
  const gated = await gatedMigrations(t)
  const site = await openSite(gated)
  afterTest(t, () => site.remove())
  const gates = [...gated.filesBefore.keys()]
  for (const [n, victim] of VICTIMS.entries()) {
    // In make test one statement per victim, spread over the files; in make test-long every statement, reduced by SHARE.
    const chosen = LONG ? shared(gates) : [Math.floor(((n + 0.5) * gates.length) / VICTIMS.length)]
    for (const gate of chosen)
      await t.test(`${victim}, at statement ${gate}`, () => crash(site, victim, gate))
    if (LONG || !['dbmate', 'backend'].includes(victim))
      await t.test(`${victim}, while an index is created`, () => crash(site, victim))
  }
})
