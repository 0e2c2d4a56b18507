/** The value at a share of the sorted sample: 0.5 is the median. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** Rounds to three significant digits; more would be noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

/** Summary of a sample of times: its size, and quantiles with three digits. */
export interface Figures {
  n: number
  median: number
  p95: number
  p99: number
}

export function figuresOf(times: readonly number[]): Figures {
  const at = (share: number) => rounded(quantile(times, share))
  return { n: times.length, median: at(0.5), p95: at(0.95), p99: at(0.99) }
}
