/**
 * Watches the frames of an MQTT 3.1.1 stream (section 2.2: a type, then the remaining length in one to four bytes) and
 * says when one announces more than is allowed. The broker's own parser would wait for up to 256 MB and keep them in memory.
 */
export type PacketGuard = (chunk: Uint8Array) => 'fine' | 'too-large'

const LENGTH_BYTES_MAX = 4

export function openPacketGuard(maxBytes: number): PacketGuard {
  /** Bytes of the frame under way that are still to come. */
  let toCome = 0
  /** Bytes of a remaining length read so far; undefined while the type of a frame is awaited. */
  let lengthBytes: number | undefined
  let length = 0

  return (chunk) => {
    let place = 0
    while (place < chunk.length) {
      if (toCome > 0) {
        const skipped = Math.min(toCome, chunk.length - place)
        toCome -= skipped
        place += skipped
        continue
      }
      const byte = chunk[place] ?? 0
      place += 1
      if (lengthBytes === undefined) {
        lengthBytes = 0
        length = 0
        continue
      }
      length += (byte & 0x7f) * 128 ** lengthBytes
      lengthBytes += 1
      if (length > maxBytes || (byte >= 0x80 && lengthBytes === LENGTH_BYTES_MAX)) return 'too-large'
      if (byte < 0x80) {
        toCome = length
        lengthBytes = undefined
      }
    }
    return 'fine'
  }
}
