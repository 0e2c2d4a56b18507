import type { Part } from './check.ts'
import { conflicts } from './escapes/conflicts.ts'
import { creation } from './escapes/creation.ts'
import { entryPoints } from './escapes/entry-points.ts'
import { login } from './escapes/login.ts'
import { settings } from './escapes/settings.ts'
import { views } from './escapes/views.ts'
import { listActors } from './matrix/actors.ts'
import { makeFixtures } from './matrix/fixtures.ts'
import { readShapes } from './matrix/shapes.ts'

/** Known ways out of row level security, one by one. Those of plans, COPY and statistics are in forms.ts and channels.ts. */
export const escapes: Part = {
  file: 'packages/rls-judge/src/escapes.ts',
  async *run(client) {
    const shapes = await readShapes(client)
    const fixtures = await makeFixtures(client, shapes)
    const actors = listActors(fixtures.ids)
    const bob = actors.find(({ name }) => name === 'bob')
    if (!bob) throw new Error('no actor bob')
    yield* conflicts(client, fixtures, bob)
    yield* views(client, fixtures, bob)
    yield* settings(client, fixtures, bob)
    yield* creation(client, actors)
    yield* login(client)
    yield* entryPoints(client, fixtures, bob)
  },
}
