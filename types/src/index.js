export * from './generated/values.js'
export * from './json.js'
