import type { Part } from './check.ts'
import { copy, filesAndPrograms } from './forms/copy.ts'
import { cursors } from './forms/cursors.ts'
import { callFunctions } from './forms/functions.ts'
import { functionPlans, preparedPlans } from './forms/plans.ts'
import type { Project } from './project.ts'
import { setStage } from './stage.ts'

/** Forms that need a session instead of one statement: plans and cursors of another role, COPY, functions. */
export function forms(project: Project): Part {
  return {
    file: 'packages/rls-judge/src/forms.ts',
    async *run(client, { exhaustive = false }) {
      const stage = await setStage(client, project)
      const actors = stage.actors.filter(({ variant }) => exhaustive || !variant)
      yield* callFunctions(client, stage, actors)
      yield* filesAndPrograms(stage, actors)
      for (const shape of stage.shapes) {
        yield* copy(shape, stage, actors)
        yield* preparedPlans(client, shape, stage, actors)
        yield* functionPlans(client, shape, stage, actors)
        // A cursor ends with its transaction, so another caller's transaction has none.
        if (!stage.platform.wire) yield* cursors(client, shape, stage)
      }
    },
  }
}
