const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** What a shell reports for a program ended by Ctrl-C. */
const EXIT_INTERRUPTED = 130
/** A clean stop closes a journal and a line: well under a second. systemd would wait 90 s before it kills. */
const STOP_GRACE_MS = 10_000

/**
 * Aborts when the process is asked to stop (SIGINT, SIGTERM). Asked a second time, the process exits at once with 130:
 * whoever presses Ctrl-C twice means it, and nothing that was said to be saved is lost by it. Call it once, in `main`.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const asked = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED)
    controller.abort()
  }
  for (const signal of SIGNALS) process.on(signal, asked)
  return controller.signal
}

/** Named work that goes on beside the rest: no promise floats, and none fails unheard. */
export interface Tasks {
  /** Aborts when the process is asked to stop, or when a task has failed. */
  readonly signal: AbortSignal
  /** Starts a task. It should end when `signal` aborts; ending earlier is no fault, rejecting is. */
  start(name: string, task: (signal: AbortSignal) => Promise<void>): void
  /** Resolves when every task has ended. */
  ended(): Promise<void>
}

/**
 * When a task rejects, its error goes to `report` with its name, the exit code becomes 1, and `signal` aborts, so that
 * everything else stops cleanly and the supervisor starts the process again. What has not stopped ten seconds after a
 * failure is ended by force.
 */
export function openTasks(stop: AbortSignal, report: (task: string, error: unknown) => void): Tasks {
  const failed = new AbortController()
  const signal = AbortSignal.any([stop, failed.signal])
  const running = new Set<Promise<void>>()

  const fail = (name: string, error: unknown): void => {
    report(name, error)
    process.exitCode = 1
    if (failed.signal.aborted) return
    failed.abort()
    setTimeout(() => process.exit(1), STOP_GRACE_MS).unref()
  }
  return {
    signal,
    start: (name, task) => {
      const done = runTask(task, signal)
        .catch((error: unknown) => {
          fail(name, error)
        })
        .finally(() => running.delete(done))
      running.add(done)
    },
    ended: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** So that a task that throws before its first await fails like any other. */
const runTask = async (task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> =>
  task(signal)
