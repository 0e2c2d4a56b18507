import fc from 'fast-check'
import { type Action, action } from './action.ts'
import { agrees, type Connections } from './connections.ts'
import { predict } from './predict.ts'
import type { Sent } from './sent.ts'
import { predictServer, type ServerAction, serverAction } from './server-action.ts'
import type { Answer } from './statement.ts'
import type { World } from './world.ts'

/** Number of connections that act at the same time. The server's connection is the next one. */
export const CONNECTIONS = 4

/** A statement and its answer. */
export interface Exchange extends Sent {
  got: Answer
}

/** The database under test, and the statements of this run. */
export interface Bench {
  connections: Connections
  exchanges: Exchange[]
  /** Number of statements whose answer was compared, over all runs. */
  compared: number
}

/** The database and the model differ. */
export class Difference extends Error {
  readonly exchanges: readonly Exchange[]

  constructor(exchanges: readonly Exchange[]) {
    super('the database and the model differ')
    this.name = 'Difference'
    this.exchanges = exchanges
  }
}

type Command = fc.AsyncCommand<World, Bench>

/** Sends statements: in order on one connection, concurrently on different ones. */
async function exchange(sent: readonly Sent[], bench: Bench): Promise<void> {
  const queues = new Map<number, Sent[]>()
  for (const each of sent) queues.set(each.connection, [...(queues.get(each.connection) ?? []), each])
  let differs = false
  await Promise.all(
    [...queues.values()].map(async (queue) => {
      for (const each of queue) {
        const got = await bench.connections.send(each)
        bench.exchanges.push({ ...each, got })
        if (each.expected && !isAborted(each.expected)) bench.compared++
        if (agrees(each.expected, got)) continue
        differs = true
        return
      }
    }),
  )
  if (differs) throw new Difference(bench.exchanges)
}

/** In an aborted transaction every statement fails, so it is not counted. */
function isAborted(answer: Answer): boolean {
  return 'error' in answer && answer.error === '25P02'
}

/** Steps on several connections at once. */
function round(steps: readonly { connection: number; action: Action }[]): Command {
  return {
    check: () => true,
    run: async (world, bench) => {
      world.served.clear()
      const sent = steps.flatMap(({ connection, action: step }) => predict(world, connection, step))
      await exchange(sent, bench)
    },
    toString: () => steps.map(({ connection, action: { kind } }) => `${connection}: ${kind}`).join(', '),
  }
}

function byServer(act: ServerAction): Command {
  return {
    check: () => true,
    run: async (world, bench) => exchange(predictServer(world, CONNECTIONS, act), bench),
    toString: () => act.text,
  }
}

const step = fc.record({ connection: fc.nat(CONNECTIONS - 1), action })

/** Sequences of commands for fc.asyncModelRun. */
export const commands = fc.commands<World, Bench, false>(
  [
    ...Array.from({ length: 6 }, () =>
      fc.array(step, { minLength: 1, maxLength: 6, size: 'max' }).map(round),
    ),
    serverAction.map(byServer),
  ],
  { maxCommands: 60, size: 'max', disableReplayLog: true },
)
