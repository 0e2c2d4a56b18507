import type { Part } from './check.ts'
import { judgeCells } from './judge-cells.ts'
import { tableCells } from './matrix/cells.ts'
import { viewCells } from './matrix/view-cells.ts'
import type { Project } from './project.ts'
import { setStage } from './stage.ts'

/** Tries command × column × actor × target × form on each table of the intent; with `exhaustive`, every combination. */
export function matrix(project: Project): Part[] {
  const { tables, views = {}, file } = project.intent
  const part = (name: string): Part => ({
    file: `packages/rls-judge/src/matrix.ts ${name}`,
    async *run(client, { exhaustive = false }) {
      const stage = await setStage(client, project)
      const { shapes, fixtures, actors } = stage
      const view = views[name]
      const shape = shapes.find((each) => each.name === (view?.of ?? name))
      if (!shape) throw new Error(`public.${name} is in ${file} and not in the database`)
      const cells = view
        ? viewCells(name, view, shape, fixtures, actors)
        : tableCells(shape, fixtures, actors, exhaustive)
      yield* judgeCells(client, stage, [...cells])
    },
  })
  return [...Object.keys(tables), ...Object.keys(views)].map(part)
}
