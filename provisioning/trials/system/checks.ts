/** Named checks one after another; each tells how it went, none stops the others. */
export type Checks = {
  check(name: string, work: () => Promise<void>): Promise<void>
  /** What cannot be checked here, and why. */
  skip(name: string, why: string): void
  /** Prints the closing line; gives the exit code. */
  finish(): number
}

export function openChecks(print: (line: string) => void): Checks {
  let passed = 0
  let failed = 0
  let skipped = 0
  return {
    check: async (name, work) => {
      try {
        await work()
        passed += 1
        print(`good    ${name}`)
      } catch (error) {
        failed += 1
        print(`FAILED  ${name}\n        ${error instanceof Error ? error.message : String(error)}`)
      }
    },
    skip: (name, why) => {
      skipped += 1
      print(`skipped ${name}: ${why}`)
    },
    finish: () => {
      print(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
      return failed === 0 ? 0 : 1
    },
  }
}

/** Fails the check with a sentence that says what was expected. */
export function expect(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(`Expected ${claim}`)
}
