import { invariant } from '@spaarzuil/shared/errors.js'

/** Four bytes of length, seven bits each (MQTT 3.1.1, section 2.2.3). */
const LENGTH_BYTES_MAX = 4

/** Cuts a stream into whole MQTT packets, byte for byte as they came. */
export type Frames = {
  readonly add: (chunk: Buffer) => readonly Buffer[]
  /** What has arrived of a packet that is not whole yet. */
  readonly rest: () => Buffer
}

export function openFrames(): Frames {
  let rest: Buffer = Buffer.alloc(0)
  return {
    add: (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const frames: Buffer[] = []
      for (let size = frameSize(rest); size !== undefined && size <= rest.length; size = frameSize(rest)) {
        frames.push(rest.subarray(0, size))
        rest = rest.subarray(size)
      }
      return frames
    },
    rest: () => rest,
  }
}

/** Size of the first packet, header included; undefined while its length has not arrived. */
function frameSize(bytes: Buffer): number | undefined {
  let length = 0
  for (let index = 0; index < LENGTH_BYTES_MAX; index += 1) {
    const digit = bytes[1 + index]
    if (digit === undefined) return undefined
    length += (digit & 0x7f) << (7 * index)
    if ((digit & 0x80) === 0) return 2 + index + length
  }
  invariant(false, 'programs of ours send packets with a length of four bytes at most')
  return undefined
}
