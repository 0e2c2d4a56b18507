import { test } from 'node:test'
import { startDeploy } from '../migrations/processes.ts'
import { assertClean, race } from '../migrations/race.ts'
import { shared } from '../support/long.ts'

const ROUNDS = shared(Array.from({ length: 20 })).length
const DEPLOYS = 32

test(`${DEPLOYS} deploys at once on an empty database, ${ROUNDS} rounds: each file once, every process ends well`, async (t) => {
  for (let round = 0; round < ROUNDS; round++) assertClean(await race(t, DEPLOYS, startDeploy))
})
