import type { Settings } from '@spaarzuil/shared/contract/program.js'
import type { Memory } from './memory.js'
import { DEFAULT_PILLAR_SETTINGS } from './records.js'

/** Without what the sender adds: which settings these are, and the key to seal with. */
export type SettingsContent = Omit<Settings, 'epoch' | 'revision' | 'sealing'>

/** What the server wants of a pillar: its own settings, and those of its card system. */
export function settingsFor(memory: Memory, pillarUuid: string): SettingsContent | undefined {
  const pillar = memory.pillar(pillarUuid)
  const cardSystem = pillar === undefined ? undefined : memory.cardSystem(pillar.cardSystemId)
  if (pillar === undefined || cardSystem === undefined) return undefined
  const current = pillar.settings.findLast((entry) => entry.to === undefined)
  const settings = current?.value ?? DEFAULT_PILLAR_SETTINGS
  const { strict: _inTheProgram, ...shown } = settings
  return {
    name: pillar.name,
    zone: cardSystem.zone,
    cardSystem: { name: cardSystem.name, unit: cardSystem.unit, ...cardSystem.branding },
    ...shown,
  }
}
