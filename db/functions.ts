import { readdirSync } from 'node:fs'
import { type Gateway, type GatewayOptions, startGateway } from 'edge-gateway/gateway.ts'
import { type FunctionsFolder, isFunction } from 'edge-gateway/worker.ts'
import { inRoot } from './paths.ts'

/** The edge functions of this repository. */
export const FUNCTIONS: FunctionsFolder = {
  folder: inRoot('supabase', 'functions'),
  deno: inRoot('node_modules', '.bin', 'deno'),
  denoCache: inRoot('node_modules', '.cache', 'deno'),
}

/** Serves supabase/functions on loopback, and restarts them when a file changes. They import db/client. */
export async function serveFunctions(
  options: Pick<GatewayOptions, 'port' | 'environment' | 'log'>,
): Promise<Gateway> {
  return startGateway({
    ...options,
    portSetting: 'FUNCTIONS_PORT',
    functions: FUNCTIONS,
    sources: [inRoot('db'), inRoot('packages', 'postgres')],
  })
}

/** Sorted names of the functions. */
export function functionNames(): string[] {
  return readdirSync(FUNCTIONS.folder)
    .filter((name) => isFunction(FUNCTIONS, name))
    .sort()
}
