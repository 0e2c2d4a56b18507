// @ts-self-types="./columns.d.ts"
// Types only. Deno needs a module to import them from.
export {}
