import type pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Actor } from '../matrix/actors.ts'
import { DENIED } from '../matrix/outcomes.ts'
import { readSignatures } from '../signature.ts'
import type { Stage } from '../stage.ts'

/** Calls every function as every actor: without EXECUTE the call fails with 42501, otherwise it does not. */
export async function* callFunctions(
  client: pg.Client,
  { intent: { functions }, attempt }: Stage,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const signatures = await readSignatures(client, Object.keys(functions))
  for (const [signature, { execute }] of Object.entries(functions)) {
    const found = signatures.get(signature)
    if (!found) {
      yield { name: `${signature} is called`, diagnosis: 'it is not in the database' }
      continue
    }
    const call = `select ${found.name}(${found.types.map((type) => `null::${type}`).join(', ')})`
    for (const actor of actors) {
      const { code, message } = await attempt(actor, call)
      const may = execute.includes(actor.role)
      const label = `${actor.name} ${may ? 'may' : 'may not'} call ${signature}`
      yield (code === DENIED) === !may
        ? { name: label }
        : { name: label, diagnosis: `have: ${code} ${message}` }
    }
  }
}
