import type { Part } from './check.ts'
import { conflicts } from './escapes/conflicts.ts'
import { creation } from './escapes/creation.ts'
import { entryPoints } from './escapes/entry-points.ts'
import { login } from './escapes/login.ts'
import { settings } from './escapes/settings.ts'
import { views } from './escapes/views.ts'
import type { Project } from './project.ts'
import { setStage } from './stage.ts'

/** Known escapes from row level security. Those by plans, COPY and statistics are in forms.ts and channels.ts. */
export function escapes(project: Project): Part {
  return {
    file: 'packages/rls-judge/src/escapes.ts',
    async *run(client) {
      const stage = await setStage(client, project)
      yield* conflicts(stage)
      yield* views(stage)
      yield* settings(client, stage)
      yield* creation(stage)
      yield* login(client, stage)
      yield* entryPoints(client, stage)
    },
  }
}
