/** Every limit of the protocol, with its reason. They stand in docs/protocol.md. */
export const LIMITS = {
  /** One receipt round trip settles at most this many: small enough to decide in one go, large enough to drain fast. */
  checkInsPerMessage: 50,
  /** 50 check-ins of at most 1 KiB, and the envelope. */
  checkInsBytes: 64 * 1024,
  /** Everything that is not a batch, a program or settings: no honest message comes near. */
  smallBytes: 16 * 1024,
  /** 35 days of a busy house; a pillar keeps it in memory and on disk. */
  programBytes: 256 * 1024,
  /** Settings carry a logo as data URL. */
  settingsBytes: 64 * 1024,
  /** What a pillar knows ahead: five weeks, so that a month without network still has its events. */
  programDays: 35,
  /** Unsettled and settled check-ins on a pillar: a season of a busy house without network. */
  journalEntries: 100_000,
  /** How long settled entries stay, so that a server restored from a backup can ask for them again. */
  settledDays: 30,
  /** An unknown card or event that becomes known within this time is decided again. */
  redecideDays: 30,
} as const

/** How long the pieces wait for each other, in milliseconds. */
export const WAITS = {
  /** No receipt by then: "noted, points follow". Half a second is where queues begin (TfL). */
  receiptMs: 450,
  /** A batch without receipts is sent again after this, doubling up to `resendMaxMs`, with jitter. */
  resendMs: 5_000,
  resendMaxMs: 300_000,
  /** A card that comes back within this time repeats its own last message. */
  holdOffMs: 3_000,
  /** MQTT keep-alive: a dead line is noticed after one and a half of these. */
  keepAliveMs: 30_000,
  /** A pillar not heard of for this long is offline, whatever the broker believes. */
  presenceMs: 45_000,
} as const
