import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { afterTest } from '../support/after-test.ts'
import { cloneRepository } from '../support/clone.ts'
import { temporaryFolder } from '../support/files.ts'
import { gitIn } from '../support/git.ts'

/** Runs a shell command in a clone, with additional environment variables. */
function shell(folder: string, line: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NPM_CONFIG_PREFER_OFFLINE: 'true', ...env },
  })
  return { code: status, output: stdout + stderr }
}

/** A clone in which nothing is installed. */
function bareClone(t: TestContext): string {
  const { folder } = cloneRepository(t)
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
  return folder
}

test('make migrate works if npm skips development packages, and repairs a partial installation', (t) => {
  const folder = bareClone(t)
  const production = shell(folder, 'make migrate', { NODE_ENV: 'production' })
  assert.equal(production.code, 0, production.output)
  assert.match(production.output, /applied to/)
  const partial = shell(folder, 'make stop && npm ci --omit=dev --no-audit --no-fund')
  assert.equal(partial.code, 0, partial.output)
  assert.equal(existsSync(join(folder, 'node_modules', '.bin', 'esbuild')), false, 'known bad: npm omits it')
  assert.match(shell(folder, 'node scripts/doctor/before-install.cjs').output, /WRONG .*installed in part/)
  const mended = shell(folder, 'make migrate', { NPM_CONFIG_OMIT: 'dev' })
  assert.equal(mended.code, 0, mended.output)
})

test('make migrate works if npm runs no install scripts and skips optional packages', (t) => {
  const folder = bareClone(t)
  const { code, output } = shell(folder, 'make migrate && node_modules/.bin/deno --version', {
    NPM_CONFIG_IGNORE_SCRIPTS: 'true',
    NPM_CONFIG_OMIT: 'optional',
  })
  assert.equal(code, 0, output)
  assert.doesNotMatch(output, /Copying PostgreSQL/)
  assert.match(output, /^deno \d/m)
})

test("make migrate works under umask 077, also for root, with libpq's variables for another database", (t) => {
  const { folder } = cloneRepository(t)
  const { code, output } = shell(folder, 'umask 077 && make -o node_modules/.package-lock.json migrate', {
    PGDATA: '/nowhere',
    PGSERVICE: 'none',
    PGOPTIONS: '-c default_transaction_read_only=on',
    PGSSLMODE: 'verify-full',
  })
  assert.equal(code, 0, output)
})

const NO_ROOT =
  process.getuid?.() !== 0 && 'only root can run a command as another user or mount a small disk'

test("a command in another user's clone exits with 2 without waiting, and names the file", {
  skip: NO_ROOT,
}, (t) => {
  const { folder, make } = cloneRepository(t)
  const built = make('migrate')
  assert.equal(built.code, 0, built.output)
  const nobody = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout)
  for (const command of ['migrate', 'url', 'test-rls']) {
    const { status, stderr } = spawnSync(process.execPath, [`.build/${command}.mjs`], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      uid: nobody,
      timeout: 60_000,
    })
    // test-rls started a server as that user.
    spawnSync(process.execPath, ['.build/stop.mjs'], { cwd: folder, uid: nobody })
    assert.match(stderr, /EACCES: permission denied.*'.*'\. This user may not use that file/, command)
    assert.equal(status, 2, `${command}: ${stderr}`)
  }
})

for (const [circumstance, options, expected] of [
  ['on a read-only file system', 'ro', /mkdir '.*'\. The file system is read-only/],
  [
    'on a full disk',
    'size=4m',
    /No space left on device|ENOSPC: no space left on device.*'\. The disk is full/,
  ],
] as const)
  test(`a command ${circumstance} reports that and ends`, { skip: NO_ROOT }, (t) => {
    const { folder, make } = cloneRepository(t)
    const built = make('url')
    assert.equal(built.code, 0, built.output)
    assert.equal(make('stop').code, 0)
    const place = join(folder, '.embedded')
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place])
    if (mounted.status !== 0) return t.skip('root cannot mount a disk on this machine')
    const { code, output } = shell(folder, 'timeout 100 node .build/migrate.mjs')
    spawnSync('umount', [place])
    assert.match(output, expected)
    assert.equal(code, 2, output)
  })

test('in a read-only checkout, commands work with a DATABASE_URL', { skip: NO_ROOT }, (t) => {
  const { folder, make } = cloneRepository(t)
  const served = make('migrate')
  assert.equal(served.code, 0, served.output)
  const url = shell(folder, 'node .build/url.mjs').output.trim()
  // As in an image where no command has run yet.
  rmSync(join(folder, 'node_modules', '.cache', 'centrid'), { recursive: true, force: true })
  const readOnly = temporaryFolder(t)
  const mounted = shell(folder, `mount --bind . '${readOnly}' && mount -o remount,ro,bind '${readOnly}'`)
  if (mounted.code !== 0) return t.skip('root cannot mount a folder on this machine')
  try {
    assert.match(shell(readOnly, 'touch file').output, /Read-only/i, 'known bad')
    for (const command of ['verify', 'status', 'drift', 'plan']) {
      const { code, output } = shell(readOnly, `node .build/${command}.mjs`, { DATABASE_URL: url })
      assert.equal(code, 0, `${command}: ${output}`)
    }
    const checked = shell(readOnly, 'node .build/test.mjs --only sum-fresh,lint-sql', { DATABASE_URL: url })
    assert.equal(checked.code, 0, checked.output)
  } finally {
    // Plans and drift were made on a server of this checkout.
    shell(readOnly, 'node .build/stop.mjs')
    spawnSync('umount', [readOnly])
  }
})

test('make migrate and the pgTAP tests work without IPv6', { skip: NO_ROOT }, (t) => {
  const { folder } = cloneRepository(t)
  // A separate network namespace with only 127.0.0.1, because the kernel's setting would affect the whole machine.
  const isolated = (line: string) =>
    shell(
      folder,
      `unshare --net sh -c 'ip link set lo up && sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && ${line}'`,
    )
  if (isolated('true').code !== 0) return t.skip('root cannot make a network without IPv6 on this machine')
  assert.equal(isolated('cat /proc/net/if_inet6').output, '', 'known bad: an address of IPv6 is left')
  // One network for both: the server listens in the one it was started in.
  const { code, output } = isolated(
    'make -o node_modules/.package-lock.json migrate test-rls; code=$?; make stop; exit $code',
  )
  assert.equal(code, 0, output)
})

test('make migrate works in a folder with odd characters in its name', (t) => {
  const { folder } = cloneRepository(t)
  const odd = join(dirname(folder), "it's [a] (clone) & more; ünï#?%41")
  renameSync(folder, odd)
  afterTest(t, () => shell(odd, 'make -o node_modules/.package-lock.json stop'))
  const { code, output } = shell(odd, 'make -o node_modules/.package-lock.json migrate verify')
  assert.equal(code, 0, output)
})

test('commands work in a worktree with a very long path, through a symlink, and in an unusual environment', (t) => {
  const { folder } = cloneRepository(t)
  const main = temporaryFolder(t)
  const git = gitIn(main)
  git('init', '--quiet')
  git('commit', '--quiet', '--allow-empty', '--message=main')
  const tree = join(dirname(folder), 'Ünïcödé 文書 '.repeat(8), 'a long name '.repeat(15))
  git('worktree', 'add', '--quiet', '--no-checkout', '--detach', tree)
  for (const name of readdirSync(folder)) renameSync(join(folder, name), join(tree, name))
  const link = join(dirname(folder), 'link')
  symlinkSync(tree, link)
  // In a sub-shell, whose PWD is the symlink.
  const run = (line: string, env: Readonly<Record<string, string>> = {}) =>
    shell(dirname(folder), `unset HOME; cd '${link}' && ${line}`, env)
  const make = 'make -o node_modules/.package-lock.json'
  afterTest(t, () => run(`${make} stop`))
  const proxy = 'http://127.0.0.1:9'
  const circumstances: readonly Readonly<Record<string, string>>[] = [
    {
      TMPDIR: '/nowhere',
      LANG: 'xx_XX.UTF-8',
      TZ: 'Pacific/Kiritimati',
      http_proxy: proxy,
      HTTPS_PROXY: proxy,
      ALL_PROXY: proxy,
    },
    { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Pago_Pago' },
  ]
  for (const env of circumstances) {
    const line = `${make} migrate verify types-check status && node .build/test-rls.mjs --only tests/rls/documents.sql`
    const { code, output } = run(line, env)
    assert.equal(code, 0, output)
    assert.match(output, /^\d+ applied, 0 pending/m)
  }
  assert.equal(run('git rev-parse --is-inside-work-tree').output.trim(), 'true')
})
