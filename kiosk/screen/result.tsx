import type { ComponentChildren, VNode } from 'preact'
import { isFestive, number, say, unitFor, type Voice } from '@spaarzuil/shared/texts/texts.js'
import type { Saying } from '@spaarzuil/shared/texts/wording.js'
import type { Message } from '../core/shown.js'
import { Icon, RingIcon, type IconName } from './icons.js'
import { StackPicture, type Stack } from './stack.js'

/** A verdict, or anything else that one tap was answered with. */
export type Result = {
  readonly state: string
  /** `sum`: numbers on the left. `words`: a sentence in the largest type. */
  readonly look: string
  readonly body: VNode
  readonly spoken: string
}

type Told = Exclude<Message, { kind: 'read' }>

/** The picture of one message. */
export function resultOf(message: Told, voice: Voice): Result {
  const saying = say(message, voice)
  const state = message.kind === 'saved' && isFestive(message.balance) ? 'festive' : message.kind
  const { sum, body } = bodyOf(message, saying, voice)
  const look = sum === undefined ? 'result is-words' : `result is-sum ${sumSize(sum, voice)}`
  return { state, look, body, spoken: saying.spoken }
}

// oxlint-disable-next-line complexity -- a flat list with one line per state is as simple as this gets
function bodyOf(
  message: Told,
  saying: Saying,
  voice: Voice,
): { readonly sum?: SumOf | undefined; readonly body: VNode } {
  switch (message.kind) {
    case 'saved': {
      const sum = { plus: message.points, total: message.balance }
      return { sum, body: <Saved saying={saying} sum={sum} voice={voice} /> }
    }
    case 'noted':
      return {
        body: (
          <Sentence saying={saying} stack={{ kind: 'waiting', drum: 'promised' }}>
            <span class="sign ring">
              <RingIcon />
            </span>
          </Sentence>
        ),
      }
    case 'already':
      return balanceOrWords({ balance: message.balance, icon: 'check-twice', saying, voice })
    case 'not-yet':
      return balanceOrWords({ balance: message.balance, icon: 'clock', saying, voice })
    case 'over':
      return balanceOrWords({ balance: message.balance, icon: 'clock-past', saying, voice })
    case 'balance':
      return balanceOrWords({ balance: message.balance, icon: 'stack', saying, voice })
    case 'ask-desk':
    case 'not-taken':
    case 'hold-still':
    case 'one-card':
    case 'not-a-pass':
    case 'nothing-on':
      return { body: <Sentence saying={saying} stack={{ kind: 'sign', icon: SIGNS[message.kind] }} /> }
  }
}

const SIGNS = {
  'ask-desk': 'desk',
  'not-taken': 'desk',
  'hold-still': 'still',
  'one-card': 'one-card',
  'not-a-pass': 'no-phone',
  'nothing-on': 'calendar',
} as const satisfies Partial<Record<Told['kind'], IconName>>

type Known = {
  readonly balance: number | undefined
  readonly icon: IconName
  readonly saying: Saying
  readonly voice: Voice
}

/** The balance where the server said it; without it, the same words stand larger. */
function balanceOrWords(known: Known): { readonly sum?: SumOf | undefined; readonly body: VNode } {
  const { balance, icon, saying, voice } = known
  if (balance === undefined) return { body: <Sentence saying={saying} stack={{ kind: 'sign', icon }} /> }
  const sum = { total: balance }
  return {
    sum,
    body: (
      <>
        <div class="say">
          <Head words={saying.head} icon={icon} shape="square" />
          <p class="when">{saying.line}</p>
          <Sum sum={sum} voice={voice} />
        </div>
        <div class="picture">
          <StackPicture stack={{ kind: 'balance', balance, fresh: 0 }} />
        </div>
      </>
    ),
  }
}

function Saved(props: { readonly saying: Saying; readonly sum: SumOf; readonly voice: Voice }): VNode {
  const { saying, sum, voice } = props
  return (
    <>
      <div class="say">
        <Head words={saying.head} icon="check" shape="disc" />
        <Sum sum={sum} voice={voice} />
      </div>
      {saying.late === undefined ? undefined : <p class="late">{saying.late}</p>}
      <div class="picture">
        <StackPicture stack={{ kind: 'balance', balance: sum.total, fresh: sum.plus ?? 0 }} />
      </div>
    </>
  )
}

function Sentence(props: {
  readonly saying: Saying
  readonly stack: Stack
  readonly children?: ComponentChildren
}): VNode {
  return (
    <>
      <div class="say">
        {props.children}
        <h1 class="shout">{props.saying.head}</h1>
        <p class="lead">{props.saying.line}</p>
      </div>
      <div class="picture">
        <StackPicture stack={props.stack} />
      </div>
    </>
  )
}

function Head(props: {
  readonly words: string
  readonly icon: IconName
  readonly shape: 'disc' | 'square'
}): VNode {
  return (
    <h1 class={props.words.length > LONG_HEAD ? 'head long' : 'head'}>
      <span class={`sign ${props.shape}`}>
        <Icon name={props.icon} />
      </span>
      <span class="head-words">{props.words}</span>
    </h1>
  )
}
/** Letters of a headline that stand beside its sign on the narrowest screen. */
const LONG_HEAD = 12

type SumOf = { readonly plus?: number | undefined; readonly total: number }

/** Saving is adding up: what came, a line, what there is. */
function Sum({ sum, voice }: { readonly sum: SumOf; readonly voice: Voice }): VNode {
  return (
    <div class="sum">
      {sum.plus === undefined ? undefined : (
        <>
          <span class="number plus">+{number(sum.plus, voice.language)}</span>
          <Unit n={sum.plus} voice={voice} />
          <hr />
        </>
      )}
      <span class="number">{number(sum.total, voice.language)}</span>
      <Unit n={sum.total} voice={voice} />
    </div>
  )
}

function Unit({ n, voice }: { readonly n: number; readonly voice: Voice }): VNode {
  const word = unitFor(n, voice)
  return <span class={word.length > LONG_UNIT ? 'unit long' : 'unit'}>{word}</span>
}
const LONG_UNIT = 6

/** Widths in em of the number's type: figures and signs of the face, letters of the unit at their smaller size. */
const FIGURE_EM = 0.57
const GAP_EM = 0.08
const LETTER_EM = 0.11
const LONG_LETTER_EM = 0.085

/** Which of three sizes the sum is set in; the stylesheet knows what each means on each screen. */
function sumSize(sum: SumOf, voice: Voice): 'fits' | 'wide' | 'widest' {
  const width = (n: number, signs: number): number => {
    const word = unitFor(n, voice)
    const letters = word.length * (word.length > LONG_UNIT ? LONG_LETTER_EM : LETTER_EM)
    return (number(n, voice.language).length + signs) * FIGURE_EM + GAP_EM + letters
  }
  const em = Math.max(width(sum.total, 0), sum.plus === undefined ? 0 : width(sum.plus, 1))
  if (em <= 2.5) return 'fits'
  return em <= 3.5 ? 'wide' : 'widest'
}
