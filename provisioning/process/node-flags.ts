/**
 * How Node is started for each program, here as in systemd/. The kiosk lives in little memory: a small young generation,
 * and an old one that may grow by a third before it is swept, instead of fourfold, keep it below 90 MB; what it holds
 * in truth is 20 MB, and at 128 it ends loudly. The server makes much that dies young (a batch of check-ins is rows for a
 * moment): a large young generation spares it an eighth of its work.
 */
const FLAGS = {
  kiosk: ['--max-semi-space-size=1', '--heap-growing-percent=30', '--max-old-space-size=128'],
  'fleet-server': ['--max-semi-space-size=64'],
} as const

/** The C library keeps a pool of free memory per thread; one serves nine threads of which most are idle, and saves 8 MB. */
const KIOSK_ENV = { MALLOC_ARENA_MAX: '1' } as const

const isKiosk = (script: string): boolean => /kiosk\/dist\/(main|testing\/crashing-main)\.js$/.test(script)

/** The flags for a built program, by its path; none for a program that is not the product. */
export function nodeFlagsOf(script: string): readonly string[] {
  if (isKiosk(script)) return FLAGS.kiosk
  return script.endsWith('fleet-server/dist/main.js') ? FLAGS['fleet-server'] : []
}

/** What is added to its environment. */
export const nodeEnvOf = (script: string): Readonly<Record<string, string>> =>
  isKiosk(script) ? KIOSK_ENV : {}
