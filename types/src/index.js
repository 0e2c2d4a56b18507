/* @ts-self-types="./index.d.ts" */
export * from './generated/values.js'
export * from './json.js'
