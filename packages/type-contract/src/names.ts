import pluralize from 'pluralize'

/** order_lines → OrderLines, 2fa_codes → _2faCodes: an identifier, or '' for a name without a letter or digit. */
export function pascalCase(name: string): string {
  return identifier(
    words(name)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
  )
}

/** order_lines → orderLines */
export function camelCase(name: string): string {
  const pascal = pascalCase(name)
  return pascal.charAt(0).toLowerCase() + pascal.slice(1)
}

/** The name of a row type: order_lines → OrderLine; news → NewsRow, because singular and plural are the same. */
export function rowName(relation: string): string {
  const plural = pascalCase(relation)
  const singular = pascalCase(pluralize.singular(relation))
  return singular === plural && singular !== '' ? `${singular}Row` : singular
}

/** OrderState → ORDER_STATES */
export function constantName(type: string): string {
  return identifier(
    words(pluralize.plural(snakeCase(type)))
      .join('_')
      .toUpperCase(),
  )
}

/** Whether a name consists of several words. */
export function hasSeveralWords(name: string): boolean {
  return words(name).length > 1
}

/** Splits a name into words at every character that an identifier cannot contain. */
function words(name: string): string[] {
  return name.split(/[^\p{ID_Continue}]+|_+/u).filter((word) => word !== '')
}

/** Adds `_` if the text begins with a digit. */
function identifier(text: string): string {
  return text === '' || /^\p{ID_Start}/u.test(text) ? text : `_${text}`
}

function snakeCase(pascal: string): string {
  return pascal.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
}
