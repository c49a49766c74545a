/** How the process is; readiness asks. */
export interface Vitals {
  readonly brokerListening: () => boolean
  /** Check-ins that wait for their decision. */
  readonly waiting: () => number
  /** How often each thing happened since the start, refused messages among them. */
  readonly counts: () => Readonly<Record<string, number>>
}
