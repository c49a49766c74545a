import type { Logger } from 'pino'
import type { Clock } from '@spaarzuil/shared/time.js'
import type { KioskConfig } from '../config.js'
import type { CardReader, DeviceHealth, Lights, Screen, Sound } from '../ports.js'
import { openScreenServer } from '../screen/screen-server.js'
import { openSimulatedLights } from './simulated-lights.js'
import { openSimulatedReader } from './simulated-reader.js'
import { openSimulatedSound } from './simulated-sound.js'

/** Everything a visitor touches, sees or hears. */
export interface Hardware extends AsyncDisposable {
  readonly reader: CardReader
  readonly lights: Lights
  readonly sound: Sound
  readonly screen: Screen
  readonly screenUrl: string
  readonly health: () => readonly DeviceHealth[]
}

/** Packages that drive real devices; each may be absent, for instance where there was no compiler or libpcsclite-dev. */
const OPTIONAL = [
  ['nfc-pcsc', 'card readers (PC/SC)'],
  ['serialport', 'scanners and boards on a serial port'],
  ['johnny-five', 'lights and buzzers on a board'],
] as const

/** Names what this machine cannot drive, and why that may be. Loads nothing. */
export function missingPackages(): readonly { readonly name: string; readonly drives: string }[] {
  return OPTIONAL.filter(([name]) => !isInstalled(name)).map(([name, drives]) => ({ name, drives }))
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

/** Opens what the configuration names. Parts that are not used are not even loaded. */
export async function openHardware(
  config: KioskConfig,
  parts: { clock: Clock; log: Logger },
): Promise<Hardware> {
  const { clock, log } = parts
  const simulated = config.readers === 'simulated' ? openSimulatedReader({ clock }) : undefined
  const simulator =
    simulated === undefined || config.simulator === undefined
      ? undefined
      : { cards: config.simulator.cards, hand: simulated }
  const screen = await openScreenServer({
    host: '127.0.0.1',
    port: config.screen.port,
    log,
    clock,
    simulator,
  })
  const reader = simulated ?? (await openRealReader(parts))
  const lights = openSimulatedLights({ clock, onSign: screen.showLights })
  const sound = openSimulatedSound({ clock, onTone: screen.playTone })
  return {
    reader,
    lights,
    sound,
    screen,
    screenUrl: screen.url,
    health: () => [...reader.health(), ...lights.health(), ...sound.health(), ...screen.health()],
    [Symbol.asyncDispose]: async () => {
      await reader[Symbol.asyncDispose]()
      await lights[Symbol.asyncDispose]()
      await sound[Symbol.asyncDispose]()
      await screen[Symbol.asyncDispose]()
    },
  }
}

async function openRealReader(parts: { clock: Clock; log: Logger }): Promise<CardReader> {
  const { openPcscReader } = await import('./pcsc/pcsc-reader.js')
  return openPcscReader(parts)
}
