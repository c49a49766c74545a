import { clockAt1970, clockBackward, clockForward } from './clocks.js'
import { pillarDiskFull, serverDiskFull } from './disks.js'
import type { Kind } from './kind.js'
import {
  brokerUnreachable,
  cutMidMessage,
  lineDuplicates,
  lineLosesAnswers,
  lineReorders,
  lineSilent,
  lineSlow,
  pastReplayed,
} from './lines.js'
import {
  pillarKilled,
  pillarKilledBetweenEffects,
  pillarPowerCut,
  serverKilled,
  serverPowerCut,
} from './processes.js'
import { serverRestored } from './restore.js'

/** Everything that is done to a fleet. */
export const KINDS: readonly Kind[] = [
  pillarKilled,
  pillarKilledBetweenEffects,
  pillarPowerCut,
  serverKilled,
  serverPowerCut,
  serverRestored,
  serverDiskFull,
  brokerUnreachable,
  cutMidMessage,
  lineSilent,
  lineSlow,
  lineDuplicates,
  lineLosesAnswers,
  lineReorders,
  pastReplayed,
  pillarDiskFull,
  clockForward,
  clockBackward,
  clockAt1970,
]
