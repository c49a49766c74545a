import type { Line } from './broker/broker.js'
import { say } from './broker/broker.js'
import { parseUp, type UpMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Up } from '@spaarzuil/shared/contract/topics.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { AlarmKind } from './store/alarms.js'
import type { Enquiries } from './check-ins/enquiries.js'
import type { Log } from './check-ins/pipeline.js'
import type { PillarRecord } from './check-ins/ports.js'
import type { CheckInBatch, WayBack } from './check-ins/source.js'
import type { ClockNews } from './check-ins/clock-news.js'
import type { Bringing } from './fleet/bringing.js'
import type { Commands } from './fleet/commands.js'
import type { Presence } from './fleet/presence.js'
import type { Tally } from './tally.js'
import type { Clock } from '@spaarzuil/shared/time.js'

export interface IngestParts {
  readonly storeEpoch: string
  readonly clock: Clock
  readonly pillar: (uuid: string) => PillarRecord | undefined
  readonly take: (batch: CheckInBatch) => void
  readonly enquiries: Enquiries
  readonly clockNews: ClockNews
  readonly presence: Presence
  readonly bringing: Bringing
  readonly commands: Commands
  readonly alarm: (kind: AlarmKind, pillarUuid: string, detail: string) => void
  readonly tally: Tally
  readonly log: Log
}

/** Minor version of the protocol: what was added since 1.0 and may be ignored. */
const PROTOCOL_MINOR = 0

/** Where messages of pillars come in: parsed, and handed to whoever they are for. */
export function openIngest(parts: IngestParts): (line: Line, channel: Up, payload: Buffer) => void {
  const { tally, log } = parts
  const waysBack = new WeakMap<Line, WayBack>()
  const wayBack = (line: Line): WayBack => {
    const known = waysBack.get(line) ?? openWayBack(line, parts.storeEpoch)
    waysBack.set(line, known)
    return known
  }
  /**
   * One message, one fate. The one place where a bug is caught: a throw in here would end the process, the pillar would
   * send the same message again, and one message would keep the whole fleet down.
   */
  const failed = (error: unknown, line: Line): void => {
    if (error instanceof Failure) {
      tally.count(error.code)
      log.warn({ code: error.code, pillar: line.pillarUuid, reason: error.message }, 'A message was refused')
      parts.alarm('message-refused', line.pillarUuid, error.code)
      return
    }
    tally.count('bug')
    log.error({ err: error, pillar: line.pillarUuid }, 'A bug while handling a message')
    parts.alarm('bug', line.pillarUuid, 'a message cannot be handled')
  }
  return (line, channel, payload) => {
    try {
      const message = parseUp(channel, payload)
      const pillar = parts.pillar(line.pillarUuid)
      if (message === undefined || pillar === undefined) {
        tally.count('messages-ignored')
        return
      }
      handleMessage(message, pillar, { line, back: wayBack(line), parts })?.catch((error: unknown) => {
        failed(error, line)
      })
    } catch (error) {
      failed(error, line)
    }
  }
}

interface Context {
  readonly line: Line
  readonly back: WayBack
  readonly parts: IngestParts
}

/** A promise where the rest of the work is done later. */
function handleMessage(
  message: UpMessage,
  pillar: PillarRecord,
  context: Context,
): Promise<void> | undefined {
  const { line, parts } = context
  switch (message.kind) {
    case 'check-ins': {
      const { lane, checkIns } = message
      parts.take({ pillarUuid: pillar.uuid, lane, checkIns, back: context.back })
      return undefined
    }
    case 'hello':
      welcome(message, pillar, context)
      return undefined
    case 'enquiry':
      return answerEnquiry(message, pillar, context)
    case 'clock':
      return parts.clockNews.take(pillar, message)
    case 'health':
      parts.presence.health(pillar, message)
      return undefined
    case 'answer':
      parts.commands.answer(line.pillarUuid, message)
      return undefined
    case 'presence':
      if (!message.online) parts.presence.gone(pillar, message.connection)
      return undefined
  }
}

function welcome(hello: Extract<UpMessage, { kind: 'hello' }>, pillar: PillarRecord, context: Context): void {
  const { line, parts } = context
  parts.presence.hello(pillar, hello)
  say(line, 'settings', {
    v: 1,
    kind: 'welcome',
    connection: hello.connection,
    serverMs: parts.clock.now(),
    storeEpoch: parts.storeEpoch,
    minor: PROTOCOL_MINOR,
  })
  parts.bringing.bring(pillar.uuid, { settings: hello.settings, program: hello.program })
}

async function answerEnquiry(
  enquiry: Extract<UpMessage, { kind: 'enquiry' }>,
  pillar: PillarRecord,
  { line, parts }: Context,
): Promise<void> {
  const answer = await parts.enquiries.answer(enquiry, pillar)
  say(line, 'receipts', { v: 1, kind: 'balance', answer })
}

/** Receipts go out as the very bytes that are stored. */
function openWayBack(line: Line, storeEpoch: string): WayBack {
  const head = `{"v":1,"kind":"receipts","storeEpoch":${JSON.stringify(storeEpoch)},"receipts":[`
  return {
    receipts: (receipts) => {
      line.send('receipts', `${head}${receipts.join(',')}]}`)
    },
    busy: (retryAfterMs, actionIds) => {
      say(line, 'receipts', { v: 1, kind: 'busy', retryAfterMs, actionIds: [...actionIds] })
    },
    rejected: (code, actionIds) => {
      say(line, 'receipts', { v: 1, kind: 'rejected', code, actionIds: [...actionIds] })
    },
  }
}
