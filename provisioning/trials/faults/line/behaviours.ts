import { setTimeout as delay } from 'node:timers/promises'
import { generate } from 'mqtt-packet'
import type { Dice } from '../dice.js'
import { HONEST, type Behaviour, type Connection, type Direction, type Frame } from './line.js'

/** Nobody answers where the broker was. */
export const refusing: Behaviour = { ...HONEST, accepts: false }

/** The first message with check-ins or receipts arrives half, then the connection is gone. Later ones are carried. */
export function cuttingMidMessage(direction: Direction, onCut: () => void): Behaviour {
  let doomed: Connection | undefined
  return {
    accepts: true,
    carry: (frame, connection) => {
      // What follows on a doomed connection would pass for the other half.
      if (connection === doomed) return
      const isIt = frame.direction === direction && isChannel(frame, 'check-ins', 'receipts')
      if (doomed !== undefined || !isIt) {
        HONEST.carry(frame, connection)
        return
      }
      doomed = connection
      connection.pass(direction, frame.bytes.subarray(0, frame.bytes.length >> 1))
      // Time for the half to leave: a reset would take it back from the socket's buffer.
      setTimeout(() => {
        connection.cut()
        onCut()
      }, 20)
    },
  }
}

/** A cable pulled out: both ends believe in the connection, nothing arrives. `resume` carries what was held up. */
export function silent(): Behaviour & { readonly resume: () => void } {
  const held: (() => void)[] = []
  return {
    accepts: true,
    carry: (frame, connection) => {
      held.push(() => {
        HONEST.carry(frame, connection)
      })
    },
    resume: () => {
      for (const pass of held.splice(0)) pass()
    },
  }
}

/** Everything takes its time, up to `maxMs` a packet, in order. */
export function slow(dice: Dice, maxMs: number): Behaviour {
  const queues = new WeakMap<Connection, Record<Direction, Promise<void>>>()
  return {
    accepts: true,
    carry: (frame, connection) => {
      const queue = queues.get(connection) ?? { up: Promise.resolve(), down: Promise.resolve() }
      queues.set(connection, queue)
      const wait = dice.between(0, maxMs)
      const before = queue[frame.direction]
      const carry = async (): Promise<void> => {
        await before
        await delay(wait)
        HONEST.carry(frame, connection)
      }
      queue[frame.direction] = carry()
    },
  }
}

/** Every message comes once, twice or three times; the repeats say so (DUP) or not. */
export const duplicating = (dice: Dice): Behaviour => ({
  accepts: true,
  carry: (frame, connection) => {
    HONEST.carry(frame, connection)
    if (frame.packet.cmd !== 'publish') return
    for (let repeat = dice.below(3); repeat > 0; repeat -= 1) {
      const dup = frame.packet.qos > 0 && dice.chance(0.5)
      connection.pass(frame.direction, generate({ ...frame.packet, dup }))
    }
  },
})

/** Of receipts and of the broker's acknowledgements, some never arrive. */
export const losingAnswers = (dice: Dice): Behaviour => ({
  accepts: true,
  carry: (frame, connection) => {
    const isAnswer = frame.packet.cmd === 'puback' || isChannel(frame, 'receipts')
    if (!isAnswer || dice.chance(0.5)) HONEST.carry(frame, connection)
  },
})

/** Messages overtake each other. */
export function reordering(dice: Dice): Behaviour {
  return {
    accepts: true,
    carry: (frame, connection) => {
      if (frame.packet.cmd !== 'publish') HONEST.carry(frame, connection)
      else {
        setTimeout(
          () => {
            HONEST.carry(frame, connection)
          },
          dice.between(0, 400),
        )
      }
    },
  }
}

const isChannel = ({ packet }: Frame, ...channels: readonly string[]): boolean =>
  packet.cmd === 'publish' && channels.some((channel) => packet.topic.endsWith(`/${channel}`))
