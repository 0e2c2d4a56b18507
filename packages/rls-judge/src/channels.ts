import { search } from '../../../tests/attacks/search.ts'
import { sameErrors } from './channels/errors.ts'
import { leakyFunctions } from './channels/leaks.ts'
import { session } from './channels/session.ts'
import { statistics } from './channels/statistics.ts'
import type { Part } from './check.ts'
import { listActors } from './matrix/actors.ts'
import { makeFixtures } from './matrix/fixtures.ts'
import { readShapes } from './matrix/shapes.ts'

/** Ways to learn of another user's rows without reading them. */
export const channels: Part = {
  file: 'packages/rls-judge/src/channels.ts',
  async *run(client) {
    const shapes = await readShapes(client)
    const fixtures = await makeFixtures(client, shapes)
    const bob = listActors(fixtures.ids).find(({ name }) => name === 'bob')
    if (!bob) throw new Error('no actor bob')
    for (const shape of shapes) yield* sameErrors(client, shape, fixtures, bob)
    yield* leakyFunctions(client, fixtures, bob)
    yield* statistics(client, fixtures, bob)
    yield* session(client, fixtures, bob)
    yield* search(client, fixtures, bob)
  },
}
