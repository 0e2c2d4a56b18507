/** The stack of `\if` branches of one script. */
type Branch = { state: 'true' | 'false' | 'done'; sawElse: boolean }

export type Conditions = {
  readonly active: boolean
  readonly depth: number
  /** Opens a branch; a branch inside an inactive branch is inactive. */
  open(value: boolean): void
  /** True when `\elif` has to evaluate its expression. */
  elifWanted(): boolean
  elif(value: boolean): string | undefined
  otherwise(): string | undefined
  close(): string | undefined
}

export function createConditions(): Conditions {
  const stack: Branch[] = []
  const top = () => stack.at(-1)
  return {
    get active() {
      return stack.every((branch) => branch.state === 'true')
    },
    get depth() {
      return stack.length
    },
    open(value) {
      const runs = stack.every((branch) => branch.state === 'true')
      stack.push({ state: runs ? (value ? 'true' : 'false') : 'done', sawElse: false })
    },
    elifWanted: () => top()?.state === 'false' && top()?.sawElse === false,
    elif(value) {
      const branch = top()
      if (!branch) return '\\elif: no matching \\if'
      if (branch.sawElse) return '\\elif: cannot occur after \\else'
      if (branch.state === 'true') branch.state = 'done'
      else if (branch.state === 'false' && value) branch.state = 'true'
      return undefined
    },
    otherwise() {
      const branch = top()
      if (!branch) return '\\else: no matching \\if'
      if (branch.sawElse) return '\\else: cannot occur after \\else'
      branch.sawElse = true
      branch.state = branch.state === 'false' ? 'true' : 'done'
      return undefined
    },
    close: () => (stack.pop() ? undefined : '\\endif: no matching \\if'),
  }
}
