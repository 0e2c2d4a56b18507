import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'

/** Features that GNU make 3.81 (macOS) lacks, each with a line that uses it. */
const NEWER_MAKE: readonly Newer[] = [
  ['$(file …), make 4.0', /\$[({]file\s/, '$(file >list,a)'],
  ['$(let …) and $(intcmp …), make 4.4', /\$[({](?:let|intcmp|guile)\s/, '$(let a,b,$(a))'],
  ['!=, make 4.0', /^[\w.-]+\s*!=/m, 'NOW != date'],
  ['::= and :::=, make 4.0', /^[\w.-]+\s*::{1,2}=/m, 'NAME ::= value'],
  [
    'define with an operator, undefine, private: make 3.82',
    /^(?:define\s+\S+\s+[?:+]*=|undefine\s|private\s)/m,
    'define LINES =',
  ],
  [
    'special targets of make 3.82 and newer',
    /^\.(?:ONESHELL|SHELLFLAGS|RECIPEPREFIX|EXTRA_PREREQS|NOTINTERMEDIATE|WAIT)\b/m,
    '.ONESHELL:',
  ],
  ['.NOTPARALLEL with targets, make 4.4', /^\.NOTPARALLEL:[ \t]*\S/m, '.NOTPARALLEL: all'],
  ['grouped targets, make 4.3', /^[^\t#\n]*&:/m, 'a b &: c'],
  [
    'options of make 3.82 and newer',
    /--(?:eval|output-sync|trace|no-silent)\b/,
    'MAKEFLAGS += --output-sync',
  ],
]

/** Features that the tools of macOS and the BSDs lack. */
const GNU_TOOLS: readonly Newer[] = [
  ['sed -i, sed -r, sed -z', /\bsed\s+(?:-\w+\s+)*-\w*[irz]/, "sed -i 's/a/b/' file"],
  ['readlink -f', /\breadlink\s+-\w*[fem]/, 'readlink -f file'],
  ['grep -P', /\bgrep\s+(?:-\w+\s+)*-\w*P/, "grep -oP 'a' file"],
  [
    'find -printf, -regextype, -readable',
    /\s-(?:printf|regextype|readable|executable)\b/,
    "find . -printf '%p'",
  ],
  ['xargs -r and -d', /\bxargs\s+(?:-\w+\s+)*-\w*[rd]\b/, 'xargs -r rm'],
  ['stat -c, date -d', /\b(?:stat\s+-c|date\s+-d)/, "date -d '1 day ago'"],
  ['head with a negative number', /\bhead\s+-n\s*-/, 'head -n -1 file'],
  [
    'cp --parents and other long options',
    /\b(?:cp|mv|rm|ln|mkdir|ls|sort|mktemp|touch|sed|tail|tr|wc)[ \t]+(?:[^\s|;&]+[ \t]+)*?--[a-z]/,
    'cp --parents a b',
  ],
  ['echo -e', /\becho\s+-\w*e/, "echo -e 'a'"],
  [
    'programs that only GNU has',
    /(?:^|[|;&(]\s*|\t@?)(?:nproc|tac|realpath|timeout|sha256sum|md5sum|shuf|numfmt|flock)\s/m,
    'a | tac ',
  ],
]

/** Features that bash 3.2 lacks. */
const NEWER_BASH: readonly Newer[] = [
  ['associative arrays, name references', /\b(?:declare|local|typeset)\s+-\w*[AngluU]/, 'declare -A names'],
  ['mapfile, readarray, coproc', /^\s*(?:mapfile|readarray|coproc)\b/m, 'mapfile -t lines'],
  ['letter case and quoting of a variable', /\$\{\w+(?:\^|,|@)/, ['$', '{name,,}'].join('')],
  ['|&, &>> and ;;&', /\|&|&>>|;;&|;&\s*$/m, 'make |& cat'],
  ['wait -n, printf with a time, ** patterns', /\bwait\s+-n|printf\s+'?%\(|globstar/, 'wait -n'],
]

type Newer = readonly [what: string, pattern: RegExp, example: string]

test('each pattern of this file matches its example', () => {
  for (const [what, pattern, example] of [...NEWER_MAKE, ...GNU_TOOLS, ...NEWER_BASH])
    assert.match(example, pattern, what)
})

test('the Makefile needs no newer make than GNU make 3.81, and only features that BSD tools have', () => {
  assert.deepEqual(found('Makefile', [...NEWER_MAKE, ...GNU_TOOLS]), [])
})

test('shell scripts need no newer bash than 3.2, and only features that BSD tools have', () => {
  const scripts = spawnSync('git', ['grep', '-lE', '--untracked', '^#!.*\\b(ba)?sh$'], {
    cwd: inRoot(),
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter((path) => path !== '' && /^#!.*sh$/.test(textOf(path).split('\n')[0] ?? ''))
  assert.ok(scripts.includes('.ci/run'), scripts.join())
  assert.deepEqual(
    scripts.flatMap((path) => found(path, [...GNU_TOOLS, ...NEWER_BASH])),
    [],
  )
})

function textOf(path: string): string {
  return readFileSync(inRoot(path), 'utf8')
}

function found(path: string, patterns: readonly Newer[]): string[] {
  const text = textOf(path).replaceAll(/^[ \t]*#.*$/gm, '')
  return patterns.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${path}: ${what}`)
}
