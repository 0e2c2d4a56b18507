import type { Column } from 'type-contract/catalog.ts'
import type { Rule } from 'type-contract/checks.ts'

/** A column's rule in words. */
export function ruleInWords(rule: Rule): string {
  switch (rule.kind) {
    case 'list':
      return `one of ${rule.values.map((value) => `“${value}”`).join(', ')}`
    case 'least':
      return `${rule.exclusive ? 'more than' : 'at least'} ${grouped(rule.value)}`
    case 'most':
      return `${rule.exclusive ? 'less than' : 'at most'} ${grouped(rule.value)}`
    case 'shortest':
      return rule.characters === 1 ? 'not empty' : `at least ${grouped(String(rule.characters))} characters`
    case 'longest':
      return `at most ${grouped(String(rule.characters))} characters`
    case 'json':
      return `a JSON ${rule.shape}`
  }
}

export function rulesInWords({ rules }: Pick<Column, 'rules'>): string {
  return rules.map(ruleInWords).join('; ')
}

/** `10485760` → `10,485,760` */
function grouped(value: string): string {
  return value.replace(/^-?\d+/, (digits) => BigInt(digits).toLocaleString('en'))
}

/** `1 column`, `2 columns` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
