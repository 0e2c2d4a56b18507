// @ts-self-types="./columns.d.ts"
// Types only; Deno wants a module to import them from.
export {}
