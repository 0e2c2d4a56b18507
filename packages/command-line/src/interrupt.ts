/** Aborts at Ctrl-C or SIGTERM, instead of ending this process: the command then stops its work, and exits with 130. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  return interrupted.signal
}
