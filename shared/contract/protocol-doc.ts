import type { TSchema } from 'typebox'
import { DOWN_MESSAGES, UP_MESSAGES, type DownMessage, type UpMessage } from './codec.js'
import { LIMITS, WAITS } from './limits.js'
import { DOWN_SAMPLES, UP_SAMPLES } from './sample.js'
import { PROTOCOL_MAJOR } from './topics.js'

const BEFORE = `# The protocol between pillar and fleet server

<!-- Made from shared/contract/ by \`npm run docs\`; a test checks that it is current. Do not edit. -->

Good enough to write a pillar in another language. The key words MUST, MUST NOT and SHOULD are those of RFC 2119.

## The line

- MQTT 3.1.1, QoS 1, clean session, keep-alive ${WAITS.keepAliveMs / 1000} s. Nothing is retained; a retained message is refused.
- User name and client id are the pillar id (UUID, lower case), the password is the pillar's secret.
- Both ends MUST set TCP_NODELAY: without it a round trip waits 40 ms for a delayed acknowledgement, twice.
- A pillar may publish to \`spaarzuil/v${PROTOCOL_MAJOR}/pillars/<its id>/up/<channel>\` and subscribe to \`spaarzuil/v${PROTOCOL_MAJOR}/pillars/<its id>/down/+\`, nothing else. Anything else closes the connection.
- The last will is a \`presence\` message with \`online: false\` on \`up/presence\`, with the same connection id as the \`hello\`.

## The order of things

1. Connect, subscribe to \`down/+\`, publish \`presence\` (online), publish \`hello\`.
2. The server answers \`welcome\` (its time, its store epoch), then \`settings\` and \`program\` where the \`(epoch, revision)\` in the hello differs from what the pillar should have. What differs is applied, not what is greater. No \`welcome\` within 5 s: publish \`hello\` again.
3. Publish \`clock\` for this boot, and for every earlier boot that has unsettled check-ins.
4. Publish check-ins: lane \`live\` for taps that a visitor stands waiting for, lane \`backlog\` for all others, oldest first. At most one message per lane is in flight; at most ${LIMITS.checkInsPerMessage} check-ins a message.
5. A \`receipts\` message settles check-ins. **A PUBACK settles nothing**: brokers acknowledge before they store. Without a receipt, publish the same check-ins again after ${WAITS.resendMs / 1000} s, doubling up to ${WAITS.resendMaxMs / 60_000} min, with jitter. \`busy\`: not before \`retryAfterMs\`. \`rejected\`: set aside, and say so in \`health\`.

## What a pillar promises

- A check-in MUST be on storage (fsync) before the visitor sees that it was taken, and MUST NOT change afterwards: a repeat carries the same bytes in every field. The server answers a repeat with the first receipt. The same action id with other content is \`rejected\` and raises an alarm.
- The action id is a UUIDv7 made before anything is sent. Nothing reads time from it.
- Settled check-ins SHOULD be kept for ${LIMITS.settledDays} days. When the store epoch of a \`welcome\` differs from the one in the receipts that settled them, they MUST be sent again: the server was restored from a backup.
- Without a usable clock, or past the horizon of its program, a check-in names no \`occurrence\` and the server chooses.
- A pillar that says \`synced\` has compared its wall clock with a trusted time in this boot (the \`serverMs\` of a welcome, less half the round trip, or NTP) and has seen no jump against the uptime since.

## Sealing

The chip number never leaves the reader and the kiosk in clear. One key agreement per process start, RFC 9180 HPKE in base mode, exporting only; then AES-256-GCM per check-in.

- KEM DHKEM(X25519, HKDF-SHA256), KDF HKDF-SHA256, export only; recipient key: \`settings.sealing.publicKey\` (32 bytes, base64url); \`keyId\` is the first 8 bytes of its SHA-256 in lower-case hexadecimal. \`info\` is the UTF-8 text \`spaarzuil/v1 seal <pillar id>\`.
- Export 32 bytes with the exporter context \`spaarzuil/v1 seal key\`. This is the AES key; it stays in memory.
- \`enc\` is the encapsulated key (base64url), \`counter\` starts at 0 and MUST NOT repeat under one \`enc\`. The nonce is the counter as 96-bit big-endian number.
- The plaintext has 32 bytes whatever it holds: 1 (chip number) or 2 (pass number read by a scanner), the length of the number in bytes, the number (the bytes of the chip number; the pass number's digits in ASCII), zeros. \`box\` is the ciphertext and the tag of 16 bytes.
- Additional data, so that a seal cannot be used for anything else: the UTF-8 text of a JSON array without spaces, \`["check-in",<pillar id>,<actionId>,<wallMs>,<uptimeMs>,<boot>,<start>,<quality>,<occurrence>]\`, where the occurrence is \`[<eventId>,<startMs>,<endMs>]\` with \`null\` for what is absent, or \`null\`. An enquiry has \`"enquiry"\`, its \`enquiryId\` and no occurrence. A seal to try an implementation on stands in shared/cards/seal.test.ts.

## Versions

The major version stands in the topic and in \`v\`. Within a major version receivers MUST ignore fields and kinds they do not know; senders are tested strictly. Server N serves pillars N-2 to N+1; recorded messages of released versions are replayed in the tests (shared/contract/recorded/).

## Limits

`

const kb = (n: number): string => `${n / 1024} KiB`

function limitTable(): string {
  const rows = [
    ['check-ins or receipts per message', String(LIMITS.checkInsPerMessage)],
    ['entries in a pillar’s journal', String(LIMITS.journalEntries)],
    ['days a program looks ahead', String(LIMITS.programDays)],
    ['days an unknown card or event may still become known', String(LIMITS.redecideDays)],
    ['wait for a receipt before "noted" is shown', `${WAITS.receiptMs} ms`],
    ['hold-off of the same card', `${WAITS.holdOffMs} ms`],
    ['a pillar not heard of is offline after', `${WAITS.presenceMs} ms`],
  ]
  return table(['what', 'limit'], rows)
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

type Entry = { readonly channel: string; readonly schema: TSchema; readonly maxBytes: number }

function chapter(
  title: string,
  prefix: string,
  messages: Readonly<Record<string, Entry>>,
  samples: readonly (UpMessage | DownMessage)[],
): string {
  const sections = Object.entries(messages).map(([kind, { channel, schema, maxBytes }]) => {
    const examples = samples.filter((sample) => sample.kind === kind)
    return [
      `### \`${kind}\` on \`${prefix}/${channel}\`, at most ${kb(maxBytes)}`,
      ...examples.map((example) => `\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``),
      `<details><summary>JSON Schema</summary>\n\n\`\`\`json\n${JSON.stringify(schema, undefined, 1)}\n\`\`\`\n\n</details>`,
    ].join('\n\n')
  })
  return [`## ${title}`, ...sections].join('\n\n')
}

/** docs/protocol.md, whole. */
export const protocolDocument = (): string =>
  [
    BEFORE + limitTable(),
    chapter('From the pillar', 'up', UP_MESSAGES, UP_SAMPLES),
    chapter('To the pillar', 'down', DOWN_MESSAGES, DOWN_SAMPLES),
  ].join('\n\n') + '\n'
