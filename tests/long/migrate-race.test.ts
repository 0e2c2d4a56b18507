import { test } from 'node:test'
import { shareOf } from '../../db/checks/share.ts'
import { startDeploy } from '../migrations/processes.ts'
import { assertClean, race } from '../migrations/race.ts'

const ROUNDS = shareOf(20)
const DEPLOYS = 32

test(`${DEPLOYS} deploys at once on an empty database, ${ROUNDS} rounds: each file applied once, every process succeeds`, async (t) => {
  for (let round = 0; round < ROUNDS; round++) assertClean(await race(t, DEPLOYS, startDeploy))
})
