import { Compile } from 'typebox/compile'
import { Program, Settings } from '@spaarzuil/shared/contract/program.js'
import type { Kept } from './core/state.js'
import type { KeptValues } from './journal/kept-values.js'

const isSettings = Compile(Settings)
const isProgram = Compile(Program)

/** What the pillar knew before: what no longer has the right form is as good as not there, the server brings it again. */
export function keptState(kept: KeptValues, fallbackName: string): Kept {
  const settings = kept.get('settings')
  const program = kept.get('program')
  const done = kept.get('done-commands')
  return {
    settings: isSettings.Check(settings) ? settings : undefined,
    program: isProgram.Check(program) ? program : undefined,
    doneCommands: Array.isArray(done) ? done.filter((id) => typeof id === 'string') : [],
    fallbackName,
  }
}
