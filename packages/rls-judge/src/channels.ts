import { sameErrors } from './channels/errors.ts'
import { leakyFunctions } from './channels/leaks.ts'
import { session } from './channels/session.ts'
import { statistics } from './channels/statistics.ts'
import type { Part } from './check.ts'
import type { Project } from './project.ts'
import { setStage } from './stage.ts'

/** Covert channels: ways to learn about another user's rows without reading them. */
export function channels(project: Project): Part {
  return {
    file: 'packages/rls-judge/src/channels.ts',
    async *run(client) {
      const stage = await setStage(client, project)
      for (const shape of stage.shapes) yield* sameErrors(shape, stage)
      yield* session(client, stage)
      yield* leakyFunctions(client, stage)
      yield* statistics(client, stage)
      for (const attack of project.attacks.channels) yield* attack(client, stage)
    },
  }
}
