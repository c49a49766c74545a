/**
 * What the server remembers of key agreements, within two limits: one that bounds memory, and one per pillar, so that a
 * pillar that sends ever new keys pushes out its own and leaves its neighbours' alone.
 */
export interface Agreements<T> {
  get(pillarId: string, key: string): T | undefined
  put(pillarId: string, key: string, value: T): void
  size(): number
}

export interface AgreementLimits {
  /** All pillars together. */
  readonly total: number
  readonly perPillar: number
}

/** Maps keep insertion order: what was used last is put at the end, what stands in front goes first. */
export function openAgreements<T>(limits: AgreementLimits): Agreements<T> {
  const pillars = new Map<string, Map<string, T>>()
  let size = 0

  const dropOldestOf = (pillarId: string, ofPillar: Map<string, T>): void => {
    for (const oldest of ofPillar.keys()) {
      ofPillar.delete(oldest)
      size -= 1
      break
    }
    if (ofPillar.size === 0) pillars.delete(pillarId)
  }
  const dropOldest = (): void => {
    for (const [pillarId, ofPillar] of pillars) {
      dropOldestOf(pillarId, ofPillar)
      break
    }
  }
  const touch = (pillarId: string, ofPillar: Map<string, T>): void => {
    pillars.delete(pillarId)
    pillars.set(pillarId, ofPillar)
  }
  return {
    get: (pillarId, key) => {
      const ofPillar = pillars.get(pillarId)
      const value = ofPillar?.get(key)
      if (ofPillar === undefined || value === undefined) return undefined
      touch(pillarId, ofPillar)
      ofPillar.delete(key)
      ofPillar.set(key, value)
      return value
    },
    put: (pillarId, key, value) => {
      const ofPillar = pillars.get(pillarId) ?? new Map<string, T>()
      touch(pillarId, ofPillar)
      if (ofPillar.delete(key)) size -= 1
      ofPillar.set(key, value)
      size += 1
      if (ofPillar.size > limits.perPillar) dropOldestOf(pillarId, ofPillar)
      if (size > limits.total) dropOldest()
    },
    size: () => size,
  }
}
