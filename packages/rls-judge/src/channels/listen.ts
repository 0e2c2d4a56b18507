import type pg from 'pg'
import type { Outcome } from '../session.ts'

/** Ada's secret. */
export const SECRET = 'xyzzy'

/** Runs a statement and collects the server's notices. */
export async function listen(
  client: pg.Client,
  work: () => Promise<Outcome>,
): Promise<{ outcome: Outcome; heard: string[] }> {
  const heard: string[] = []
  const hear = ({ message }: { message?: string | undefined }) => heard.push(message ?? '')
  client.on('notice', hear)
  try {
    return { outcome: await work(), heard }
  } finally {
    client.off('notice', hear)
  }
}

/** The texts that contain Ada's secret. */
export function mentions(texts: readonly string[]): string[] {
  return texts.filter((text) => text.includes(SECRET))
}
