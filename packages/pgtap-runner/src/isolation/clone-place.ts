import { installPgtap, type Pgtap, searchPathWith } from '../pgtap/install.ts'
import { quoteIdentifier, quoteLiteral } from '../psql/variables.ts'
import type { ConnectionChoice } from '../server/connection-config.ts'
import { openSession } from '../server/open-session.ts'
import type { Session } from '../server/session.ts'
import { UsageError } from '../usage-error.ts'
import { createDirectEngine } from './direct-engine.ts'
import { type Place, recoveryMs, terminate } from './place.ts'
import { satisfyPgtap } from './satisfy-pgtap.ts'
import { watchRoles } from './watch-roles.ts'

/** Clones of a killed run: their names contain a session that has ended, and this role may drop them. */
const abandoned = `
  select datname from pg_catalog.pg_database
   where datname ~ '^pgtap_runner_[0-9]+_[0-9a-f]{8}_([0-9]+|template)$' and datdba = current_user::regrole
     and pg_catalog.split_part(datname, '_', 3)::int not in
       (select pid from pg_catalog.pg_stat_activity where application_name = 'pgtap-runner')`

/**
 * Gives each file its own database, cloned from a template made at the start of the run. The database of the
 * run itself is only read (once, by CREATE DATABASE).
 */
export async function createClonePlace(
  choice: ConnectionChoice,
  install: boolean,
  signal: AbortSignal,
): Promise<Place> {
  const { randomBytes } = await import('node:crypto')
  let admin = await openSession(choice)
  const source = admin.database
  const prefix = `pgtap_runner_${admin.processId}_${randomBytes(4).toString('hex')}`
  const template = `${prefix}_template`
  const made = new Set<string>()
  let turn: Promise<unknown> = Promise.resolve()

  const order = async (sql: string): Promise<(string | null)[][]> => {
    if (admin.lost) admin = await openSession(choice, recoveryMs)
    const rows: (string | null)[][] = []
    const { error } = await admin.query(sql, { row: (values) => rows.push([...values]) })
    if (error)
      throw new UsageError(
        `${error.message}${error.detail ? `: ${error.detail}` : ''} (${error.code}; ${sql.slice(0, 80)})`,
      )
    return rows
  }
  /** Runs one action at a time, because two CREATE DATABASE cannot use the same template at once. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const result = turn.then(action)
    turn = result.catch(() => {})
    return result
  }
  const drop = async (name: string) => {
    await order(`drop database if exists ${quoteIdentifier(name)} with (force)`)
    made.delete(name)
  }
  const create = async (name: string, from: string) => {
    made.add(name)
    await order(`create database ${quoteIdentifier(name)} template ${quoteIdentifier(from)}`)
  }
  /** The settings of `alter database … set`, which CREATE DATABASE does not copy. */
  const settings: Record<string, string> = {}
  let pgtap: Pgtap = { addToSearchPath: undefined, ours: false }

  const close = async () => {
    await turn
    for (const name of [...made]) await drop(name)
    await admin.close()
  }
  try {
    for (const [name] of await order(abandoned)) if (name) await drop(name)
    const configured = await order(
      `select unnest(setconfig) from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase
        where d.datname = ${quoteLiteral(source)} and (s.setrole = 0 or s.setrole = current_user::regrole) order by s.setrole`,
    )
    for (const [entry] of configured) {
      const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(entry ?? '') ?? []
      if (name && value !== undefined) settings[name] = value
    }
    await create(template, source).catch((error: unknown) => {
      if (!(error instanceof UsageError) || !error.message.includes('55006')) throw error
      throw new UsageError(`${source} cannot be cloned while others are connected to it: ${error.message}`)
    })
    if (install) {
      const inside = await openSession({ ...choice, database: template, settings })
      try {
        pgtap = await installPgtap(inside)
        if (pgtap.addToSearchPath) settings.search_path = await searchPathWith(inside, pgtap.addToSearchPath)
      } finally {
        await inside.close()
      }
    }
  } catch (error) {
    await close()
    throw error
  }

  /** Roles belong to the whole server: those a file creates are dropped with its clone. */
  const rolesBefore = new Set((await order('select rolname from pg_catalog.pg_roles')).map(([name]) => name))

  let count = 0
  return {
    terminate: (processId) => terminate(choice, processId),
    seat() {
      let name: string | undefined
      let roles = new Set<string>()
      let session: Session | undefined
      return {
        async take() {
          const own = `${prefix}_${++count}`
          await inTurn(() => create(own, template))
          signal.throwIfAborted()
          name = own
          const open = () => openSession({ ...choice, database: own, settings }, recoveryMs)
          session = await open()
          roles = new Set()
          const engine = watchRoles(createDirectEngine(session, open), roles)
          return pgtap.ours ? satisfyPgtap(engine) : engine
        },
        fresh: () => true,
        async release() {
          session?.destroy()
          const done = name
          name = undefined
          if (!done) return
          const created = [...roles].filter((role) => !rolesBefore.has(role))
          await inTurn(async () => {
            await drop(done)
            for (const role of created) await order(`drop role if exists ${quoteIdentifier(role)}`)
          })
        },
        async leave() {},
      }
    },
    close,
  }
}
