// Loaded with --import: the process has the newest Kysely, that of tests/types/consumers, instead of the root's.
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { inRoot } from '../../db/paths.ts'

const parentURL = pathToFileURL(inRoot('tests', 'types', 'consumers', 'package.json')).href
const hooks = `export const resolve = (name, context, next) =>
  next(name, /^kysely(\\/|$)/.test(name) ? { ...context, parentURL: ${JSON.stringify(parentURL)} } : context)`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
