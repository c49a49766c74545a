/**
 * How Node is started for each program, here as in systemd/. The kiosk lives in little memory: a small young generation
 * keeps it below 90 MB. The server makes much that dies young (a batch of check-ins is rows for a moment): a large one
 * spares it an eighth of its work.
 */
const FLAGS = {
  kiosk: ['--max-semi-space-size=2'],
  'fleet-server': ['--max-semi-space-size=64'],
} as const

/** The flags for a built program, by its path; none for a program that is not the product. */
export function nodeFlagsOf(script: string): readonly string[] {
  if (script.endsWith('kiosk/dist/main.js')) return FLAGS.kiosk
  return script.endsWith('fleet-server/dist/main.js') ? FLAGS['fleet-server'] : []
}
