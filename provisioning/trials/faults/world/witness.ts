import type { ShownTap } from '../check/check.js'

/** Writes down, outside of the programs, what screens showed to visitors. */
export type Witness = {
  readonly hear: (pillar: string, line: string) => void
  readonly restored: () => void
  readonly restores: () => number
  readonly shown: () => readonly ShownTap[]
}

/** What a pillar of a trial says of a message after it has shown it; everything else it says is its log. */
function shownIn(
  line: string,
): { readonly actionId: string; readonly message: 'saved' | 'noted' } | undefined {
  if (!line.startsWith('{"shown":')) return undefined
  const told: unknown = JSON.parse(line)
  if (typeof told !== 'object' || told === null || !('shown' in told) || !('actionId' in told))
    return undefined
  const { shown, actionId } = told
  if (typeof actionId !== 'string' || (shown !== 'saved' && shown !== 'noted')) return undefined
  return { actionId, message: shown }
}

export function openWitness(): Witness {
  const shown: ShownTap[] = []
  let restores = 0
  return {
    hear: (pillar, line) => {
      const seen = shownIn(line)
      if (seen !== undefined) shown.push({ pillar, ...seen, restores })
    },
    restored: () => {
      restores += 1
    },
    restores: () => restores,
    shown: () => shown,
  }
}
