/** The fields of an ErrorResponse or NoticeResponse; all but the first three may be missing. */
export type ServerError = {
  readonly message: string
  readonly severity: string
  readonly code: string
  readonly detail?: string
  readonly hint?: string
  readonly where?: string
  /** In characters from 1, within the text that was sent. */
  readonly position?: number
}

function field(message: object, name: string): string | undefined {
  const value: unknown = Reflect.get(message, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Reads pg's message objects, which carry the protocol's fields as optional strings. */
export function toServerError(message: object): ServerError {
  const optional: { detail?: string; hint?: string; where?: string; position?: number } = {}
  for (const name of ['detail', 'hint', 'where'] as const) {
    const value = field(message, name)
    if (value !== undefined) optional[name] = value
  }
  const position = Number(field(message, 'position'))
  if (position > 0) optional.position = position
  return {
    message: field(message, 'message') ?? 'unknown error',
    severity: field(message, 'severity') ?? 'ERROR',
    code: field(message, 'code') ?? 'XX000',
    ...optional,
  }
}
