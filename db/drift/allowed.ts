import { type Node, parseSync } from 'libpg-query'

/** Statements that describe objects. None of them runs code of the database whose objects they describe, or reaches another. */
const DESCRIBING = new Set(
  [
    'CreateStmt AlterTableStmt ViewStmt CreateTrigStmt RuleStmt IndexStmt ReindexStmt CreateStatsStmt CreateSeqStmt',
    'CreatePolicyStmt AlterPolicyStmt GrantStmt GrantRoleStmt AlterDefaultPrivilegesStmt AlterRoleStmt AlterRoleSetStmt',
    'AlterDatabaseSetStmt AlterOwnerStmt AlterObjectSchemaStmt CommentStmt DropStmt CreateEnumStmt CreateDomainStmt',
    'AlterDomainStmt CompositeTypeStmt DefineStmt CreateSchemaStmt CreatePublicationStmt CreateEventTrigStmt',
    'CreateExtensionStmt CreateFdwStmt CreateConversionStmt DropSubscriptionStmt',
  ].flatMap((line) => line.split(' ')),
)
/** Of others, only those whose fields pass. */
const CHECKED: Readonly<Record<string, (node: Node) => boolean>> = {
  CreateTableAsStmt: (node) => 'CreateTableAsStmt' in node && node.CreateTableAsStmt.into?.skipData === true,
  CreateFunctionStmt: (node) =>
    /"defname":"language","arg":\{"String":\{"sval":"(sql|plpgsql)"/.test(text(node)),
  CreateSubscriptionStmt: (node) =>
    /"defname":"connect","arg":\{("Boolean":\{\}|"String":\{"sval":"false"\})/.test(text(node)),
  AlterSubscriptionStmt: (node) =>
    'AlterSubscriptionStmt' in node && /_(ENABLED|OPTIONS)$/.test(node.AlterSubscriptionStmt.kind ?? ''),
}
/** How the SQL marks an index as invalid. */
const INVALID_INDEX =
  /^update pg_catalog\.pg_index set indisvalid = false where indexrelid = '(?:[^']|'')*'::pg_catalog\.regclass;$/
/** How the SQL names the database. */
const IN_DATABASE = /^do \$\$ begin execute format\('((?:[^']|'')*)', current_database\(\)\); end \$\$;$/

/** Bodies that do nothing. */
const HARMLESS = ['select true', 'select null', 'begin end']
/** Statements that may follow a function whose body does something: none of them runs it. */
const BESIDE_FUNCTIONS = ['CreateFunctionStmt', 'DropStmt', 'CommentStmt', 'AlterOwnerStmt', 'GrantStmt']

/**
 * Whether a rehearsal may run these statements in one transaction. They contain text of another database, and that text may hold
 * a statement of its own, if that server is not to be trusted. The parser must be loaded.
 *
 * @param bodies whether functions may have bodies that do something, if nothing else is created
 */
export function isAllowed(sql: readonly string[], bodies: boolean): boolean {
  try {
    const nodes = sql.filter((each) => !INVALID_INDEX.test(each)).flatMap(parsed)
    if (!nodes.every(isDescribing)) return false
    if (nodes.every(isHarmless)) return true
    return bodies && nodes.every((node) => BESIDE_FUNCTIONS.includes(kindOf(node)))
  } catch {
    return false
  }
}

function parsed(sql: string): Node[] {
  const [, quoted] = IN_DATABASE.exec(sql) ?? []
  const plain = quoted?.replaceAll("''", "'").replace('%I', '"d"').replaceAll('%%', '%') ?? sql
  return (parseSync(plain).stmts ?? []).flatMap(({ stmt }) => stmt ?? [])
}

function isHarmless(node: Node): boolean {
  if (!('CreateFunctionStmt' in node)) return true
  const { sql_body, options = [] } = node.CreateFunctionStmt
  const as = options.map(text).find((option) => option.includes('"defname":"as"')) ?? ''
  return (
    sql_body === undefined &&
    HARMLESS.some((body) => as.includes(`{"items":[{"String":{"sval":"${body}"}}]}`))
  )
}

function kindOf(node: Node): string {
  return Object.keys(node)[0] ?? ''
}

function isDescribing(node: Node): boolean {
  const kind = kindOf(node)
  return DESCRIBING.has(kind) || CHECKED[kind]?.(node) === true
}

function text(node: Node): string {
  return JSON.stringify(node)
}
