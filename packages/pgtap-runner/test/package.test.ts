import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeUnderTest, runCli } from './support/cli.ts'
import { type Cluster, startCluster } from './support/cluster.ts'
import { createDatabase, type Database } from './support/database.ts'
import { testFile } from './support/run-files.ts'

const LONG = process.env.TEST_LONG === '1'

const execute = promisify(execFile)
const here = fileURLToPath(new URL('..', import.meta.url))

describe('the package', () => {
  let folder: string
  let tarball: string
  let cluster: Cluster
  let database: Database
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgtap-runner-package-'))
    await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: here })
    tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '')
    cluster = await startCluster()
    database = await createDatabase(cluster.url, { pgtap: false })
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await database?.drop()
    await cluster?.stop()
  })

  it('satisfies publint', async () => {
    const { stdout } = await execute('npx', ['--no-install', 'publint', '--strict', tarball], { cwd: here })
    assert.match(stdout, /All good/)
  })

  if (LONG)
    it('satisfies attw as an ES module', async () => {
      await execute('npx', ['--no-install', 'attw', tarball, '--profile', 'esm-only'], { cwd: here })
    })

  describe('installed from its tarball into an empty project', () => {
    let project: string
    before(async () => {
      project = join(folder, 'project')
      await mkdir(join(project, 'tests'), { recursive: true })
      await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}')
      await writeFile(join(project, 'tests/a.sql'), testFile(1, "select pass('a');"))
      // It has no dependencies, so unpacking installs it.
      await mkdir(join(project, 'node_modules'))
      await execute('tar', ['-xzf', tarball, '-C', join(project, 'node_modules')])
      await cp(join(project, 'node_modules/package'), join(project, 'node_modules/pgtap-runner'), {
        recursive: true,
      })
      await rm(join(project, 'node_modules/package'), { recursive: true })
    })

    it('its command runs tests, and loads the pgTAP that it contains', async () => {
      const { code, stdout } = await runCli(
        ['--url', database.url, '--install-pgtap', '--reporter', 'spec', 'tests'],
        {
          cwd: project,
          cli: join(project, 'node_modules/pgtap-runner/dist/cli.cjs'),
        },
      )
      assert.equal(code, 0, stdout)
      const reports = ['dot', 'tap', 'junit', 'github', 'json'].flatMap((name) => [
        '--reporter',
        `${name}=${name}.out`,
      ])
      const again = await runCli(
        ['--url', database.url, '--install-pgtap', '--isolation', 'clone', ...reports, 'tests/*.sql'],
        {
          cwd: project,
          cli: join(project, 'node_modules/pgtap-runner/dist/cli.cjs'),
        },
      )
      assert.equal(again.code, 0, again.stderr)
    })

    it('its API runs tests, and its types are correct', async () => {
      const program = `import { run, type TestEvent } from 'pgtap-runner'
        let last: TestEvent | undefined
        for await (const event of run({ files: ['tests'], url: process.argv[2], installPgtap: true })) last = event
        if (last?.type === 'run-end') console.log(last.summary.passed satisfies number)`
      await writeFile(join(project, 'program.ts'), program)
      const tsc = [
        '--no-install',
        'tsc',
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--types',
        'node',
      ]
      await execute(
        'npx',
        [
          ...tsc,
          '--ignoreConfig',
          '--typeRoots',
          join(here, '../../node_modules/@types'),
          join(project, 'program.ts'),
        ],
        { cwd: here },
      )
      await writeFile(
        join(project, 'program.mjs'),
        program
          .replace(', type TestEvent', '')
          .replace(': TestEvent | undefined', '')
          .replace(' satisfies number', ''),
      )
      const { stdout } = await execute(nodeUnderTest, ['program.mjs', database.url], { cwd: project })
      assert.equal(stdout, '1\n')
    })
  })
})
