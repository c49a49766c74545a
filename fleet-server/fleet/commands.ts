import type { Answer, Command } from '@spaarzuil/shared/contract/messages.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { later, seconds, type Clock } from '@spaarzuil/shared/time.js'
import { say, type Line } from '../broker/broker.js'

export type CommandResult = Answer['result'] | 'offline' | 'no-answer'

/** Asks a pillar to do something now: each is done once, and not after its expiry. */
export interface Commands {
  /** Resolves when the pillar has answered, or cannot any more. */
  send(pillarUuid: string, command: Command['command']): Promise<CommandResult>
  answer(pillarUuid: string, answer: Answer): void
}

const EXPIRES_AFTER = seconds(30)
/** Expiry is by the pillar's clock, so it is given some time more to say so. */
const GRACE = seconds(5)
/** Waiting commands: a technician presses a button now and then. */
const WAITING_MAX = 1_000

export function openCommands(lineOf: (pillarUuid: string) => Line | undefined, clock: Clock): Commands {
  const waiting = new Map<string, { readonly pillarUuid: string; done(result: CommandResult): void }>()
  return {
    send: async (pillarUuid, command) => {
      const line = lineOf(pillarUuid)
      if (line === undefined || waiting.size >= WAITING_MAX) return 'offline'
      const id = newId()
      const answered = new AbortController()
      let result: CommandResult = 'no-answer'
      waiting.set(id, {
        pillarUuid,
        done: (given) => {
          result = given
          answered.abort()
        },
      })
      say(line, 'commands', {
        v: 1,
        kind: 'command',
        id,
        expiresAtMs: later(clock.now(), EXPIRES_AFTER),
        command,
      })
      await clock.sleep(seconds((EXPIRES_AFTER + GRACE) / 1_000), answered.signal)
      waiting.delete(id)
      return result
    },
    answer: (pillarUuid, { commandId, result }) => {
      const command = waiting.get(commandId)
      if (command?.pillarUuid === pillarUuid) command.done(result)
    },
  }
}
