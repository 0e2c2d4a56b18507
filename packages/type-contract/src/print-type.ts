import type { DefinitionNode } from 'kysely-codegen/dist/generator/ast/definition-node.js'
import type { ExpressionNode } from 'kysely-codegen/dist/generator/ast/expression-node.js'
import { key } from './text.ts'

/**
 * A node of kysely-codegen as TypeScript. Its own serializer loads Kysely and TypeScript, which takes longer than
 * everything else that `make types` does (docs/decisions/0011).
 */
export function printType(node: ExpressionNode): string {
  switch (node.type) {
    case 'ArrayExpression': {
      const element = printType(node.values)
      return node.values.type === 'UnionExpression' || node.values.type === 'InferClause'
        ? `(${element})[]`
        : `${element}[]`
    }
    case 'ExtendsClause': {
      const [check, bound, yes, no] = [node.checkType, node.extendsType, node.trueType, node.falseType].map(
        printType,
      )
      return `${check} extends ${bound}\n  ? ${yes}\n  : ${no}`
    }
    case 'GenericExpression':
      return `${node.name}<${node.args.map(printType).join(', ')}>`
    case 'Identifier':
      return node.name
    case 'InferClause':
      return `infer ${node.name}`
    case 'Literal':
      return JSON.stringify(node.value)
    case 'MappedType':
      return `{\n  [x: string]: ${printType(node.value)} | undefined;\n}`
    case 'ObjectExpression':
      return `{\n${node.properties.map((each) => `  ${key(each.key)}: ${printType(each.value)};\n`).join('')}}`
    case 'RawExpression':
      return node.expression
    case 'UnionExpression':
      return [...node.args].map(printType).sort(byUsage).join(' | ')
  }
}

/** A definition as an alias: `export type Int8 = …`. */
export function printDefinition(name: string, node: DefinitionNode): string {
  return node.type === 'Template'
    ? `export type ${name}<${node.params.join(', ')}> = ${printType(node.expression)};\n`
    : `export type ${name} = ${printType(node)};\n`
}

/** Names of types that a printed type uses, as far as they are among those given. */
export function namesIn(printed: string, among: readonly string[]): string[] {
  const words = new Set(printed.match(/\b[A-Z]\w*/g))
  return among.filter((name) => words.has(name))
}

/** By name, and what stands for no value last. */
function byUsage(a: string, b: string): number {
  const order = ['null', 'undefined']
  return order.indexOf(a) - order.indexOf(b) || (a < b ? -1 : 1)
}
