import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readArguments, readCommandName, unquoteIdentifier } from '../src/psql/command-arguments.ts'
import { createVariables, parseBoolean, quoteIdentifier, quoteLiteral } from '../src/psql/variables.ts'

const variables = createVariables({ a: 'one two', q: "it's", b: 'c\\d' })
const read = (text: string) => readArguments(text, variables).args.map((arg) => arg.value)

describe('arguments of a backslash command', () => {
  it('are split at white space outside of quotes', () => {
    assert.deepEqual(read(" one  'two  three' fo'u'r\n"), ['one', 'two  three', 'four'])
  })
  it('may contain doubled quotes and escapes inside single quotes', () => {
    assert.deepEqual(read(" 'it''s' 'a\\tb\\n\\x41\\101\\'' "), ["it's", "a\tb\nAA'"])
  })
  it('keep double quotes, for names', () => {
    assert.deepEqual(read(' "My DB" '), ['"My DB"'])
    assert.equal(unquoteIdentifier('"My ""DB"""x'), 'My "DB"x')
    assert.equal(unquoteIdentifier('MyDB'), 'mydb')
  })
  it('replace variables in the four ways', () => {
    assert.deepEqual(read(` :a :'q' :"q" :{?a} :{?zz} :zz ':a'`), [
      'one two',
      "'it''s'",
      '"it\'s"',
      'TRUE',
      'FALSE',
      ':zz',
      ':a',
    ])
  })
  it('end at the next backslash command', () => {
    const { args, end } = readArguments(' x \\\\ select 1;', variables)
    assert.deepEqual([args.length, end], [1, 5])
    assert.equal(readArguments(' x \\g', variables).end, 3)
    assert.deepEqual(readCommandName('\\gset p_', 1), { name: 'gset', rest: ' p_', restAt: 5 })
  })
  it('are refused with an open quote or a shell command', () => {
    assert.throws(() => read(" 'x"), /unterminated quoted string/)
    assert.throws(() => read(' "x'), /unterminated quoted string/)
    assert.throws(() => read(' `id`'), /shell command/)
  })
})

describe('variables', () => {
  it('are quoted as libpq does', () => {
    assert.equal(quoteLiteral("a'b"), "'a''b'")
    assert.equal(quoteLiteral('a\\b'), " E'a\\\\b'")
    assert.equal(quoteIdentifier('a"b'), '"a""b"')
  })
  it('read booleans by unique prefix', () => {
    assert.deepEqual(['t', 'TRUE', 'on', '1', 'y'].map(parseBoolean), [true, true, true, true, true])
    assert.deepEqual(['f', 'of', 'off', '0', 'no'].map(parseBoolean), [false, false, false, false, false])
    assert.deepEqual(['o', '', '2', 'onn'].map(parseBoolean), [undefined, undefined, undefined, undefined])
  })
  it('refuse invalid values of special variables', () => {
    const own = createVariables({ ON_ERROR_STOP: 'on' })
    assert.match(own.set('ON_ERROR_STOP', 'maybe') ?? '', /Boolean expected/)
    assert.match(own.set('VERBOSITY', 'loud') ?? '', /available values/)
    assert.match(own.set('a-b', '1') ?? '', /invalid variable name/)
    assert.equal(own.get('ON_ERROR_STOP'), 'on')
    own.unset('ON_ERROR_STOP')
    assert.equal(own.get('ON_ERROR_STOP'), 'off')
  })
})
