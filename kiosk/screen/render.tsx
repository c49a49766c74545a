import type { ComponentChildren, VNode } from 'preact'
import { render } from 'preact-render-to-string'
import { inLanguage, type Language } from '@spaarzuil/shared/languages.js'
import { bandText, helpTexts, ribbonText, say, untilText, type Voice } from '@spaarzuil/shared/texts/texts.js'
import { timeOfDay } from '@spaarzuil/shared/texts/when.js'
import type { Idle, Shown } from '../core/shown.js'
import { fitBrand } from './contrast.js'
import { Arrow, Icon, type IconName } from './icons.js'
import { resultOf } from './result.js'
import { StackPicture, type Stack } from './stack.js'

/** One picture of the screen, ready to be put into the page. */
export type Picture = {
  /** The state's name; the same name twice is the same picture with other details, and moves nothing. */
  readonly state: string
  readonly language: Language
  /** Escaped HTML of the main area. Carries no inline style or script. */
  readonly html: string
  /** For a voice or a screen reader; '' where the words on the screen have not changed. */
  readonly spoken: string
}

/** The whole screen for one value. Pure: the same value always gives the same picture. */
export function picture(shown: Shown): Picture {
  const voice = voiceOf(shown)
  const message = shown.message
  if (message !== undefined && message.kind !== 'read') {
    const result = resultOf(message, voice)
    return {
      state: result.state,
      language: shown.language,
      html: render(
        <Frame shown={shown} state={result.state} look={result.look}>
          {result.body}
          <Tab voice={voice} />
        </Frame>,
      ),
      spoken: result.spoken,
    }
  }
  return waiting(shown, message?.kind === 'read')
}

/** What a page shows when it lost its kiosk: the same calm picture as any pillar that is out of order. */
export const lostPicture = (shown: Shown): Picture =>
  picture({
    ...shown,
    clock: 'wrong',
    message: undefined,
    idle: { kind: 'out-of-order', why: 'storage', pillarName: '' },
  })

const voiceOf = (shown: Shown): Voice => ({
  language: shown.language,
  unit: shown.brand.unit,
  zone: shown.zone,
  now: shown.now,
})

/** What a waiting pillar shows; with a card just read, only the band and the drum answer. */
function waiting(shown: Shown, read: boolean): Picture {
  const voice = voiceOf(shown)
  const { idle } = shown
  const state = read ? 'read' : idle.kind
  const spoken = say(read ? { kind: 'read' } : idle, voice).spoken
  const html = render(
    <Frame shown={shown} state={state} look="waiting">
      <div class="say">
        <Words idle={idle} voice={voice} />
      </div>
      <div class="picture">
        <StackPicture stack={stackOf(idle, read)} />
      </div>
      <footer class="base">
        <Ribbon shown={shown} voice={voice} />
        <Band idle={idle} read={read} online={shown.line === 'online'} voice={voice} />
      </footer>
    </Frame>,
  )
  return { state, language: shown.language, html, spoken }
}

type FrameProps = {
  readonly shown: Shown
  readonly state: string
  readonly look: string
  readonly children: ComponentChildren
}

function Frame({ shown, state, look, children }: FrameProps): VNode {
  const colours = fitBrand(shown.brand)
  return (
    <div
      class={`screen is-${look}`}
      data-state={state}
      lang={shown.language}
      data-band={colours.band}
      data-band-text={colours.bandText}
      data-fresh={colours.fresh}
      data-fresh-label={colours.freshLabel}
      data-fresh-text={colours.freshText}
    >
      <header class="top">
        <Plate name={shown.brand.name} logo={shown.brand.logo} />
        {shown.clock === 'right' ? (
          <span class="clock">{timeOfDay(shown.now, shown.zone, shown.language)}</span>
        ) : undefined}
      </header>
      {children}
    </div>
  )
}

/** Pictures that can run nothing: the settings are not trusted to bring another kind of URL. */
const LOGO = /^data:image\/(?:png|jpeg|webp|svg\+xml)[;,]/

function Plate({ name, logo }: { readonly name: string; readonly logo: string | undefined }): VNode {
  return (
    <span class="plate">
      {logo !== undefined && LOGO.test(logo) ? <img src={logo} alt={name} /> : <span>{name}</span>}
    </span>
  )
}

function Words({ idle, voice }: { readonly idle: Idle; readonly voice: Voice }): VNode {
  const { head, line } = say(idle, voice)
  switch (idle.kind) {
    case 'ready':
      return <ReadyWords head={head} idle={idle} voice={voice} />
    case 'ready-blind':
      return (
        <>
          <h1 class="title">{head}</h1>
          <p class="lead">{line}</p>
        </>
      )
    case 'nothing-on':
      return (
        <>
          <p class="eyebrow">{head}</p>
          <h1 class={`title ${titleSize(line)}`}>{line}</h1>
        </>
      )
    case 'out-of-order':
      return (
        <>
          <h1 class="shout">{head}</h1>
          <p class="lead">{line}</p>
          {idle.pillarName === '' ? undefined : <Help idle={idle} voice={voice} />}
        </>
      )
  }
}

type Broken = Extract<Idle, { kind: 'out-of-order' }>

function Help({ idle, voice }: { readonly idle: Broken; readonly voice: Voice }): VNode {
  const { whom, why } = helpTexts(idle, voice)
  return (
    <p class="small help">
      <span>{whom}</span>
      <span>{why}</span>
    </p>
  )
}

/** What fits beside the picture on the narrowest screen, the dot between both not counted. */
const LINE_CHARACTERS = 38

type Ready = Extract<Idle, { kind: 'ready' }>

function ReadyWords(props: { readonly head: string; readonly idle: Ready; readonly voice: Voice }): VNode {
  const { head, idle, voice } = props
  const title = inLanguage(idle.title, voice.language)
  const organiser = idle.organiser ?? ''
  const until = idle.until === undefined ? '' : untilText(idle.until, voice)
  const lines = organiser.length + until.length > LINE_CHARACTERS ? 'two-lines' : ''
  return (
    <>
      <p class="eyebrow tag">{head}</p>
      <h1 class={`title ${titleSize(title)}`}>{title}</h1>
      {organiser === '' && until === '' ? undefined : (
        <p class={`small where ${lines}`}>
          {organiser === '' ? undefined : <span class="organiser">{organiser}</span>}
          {until === '' ? undefined : <span class="until">{until}</span>}
        </p>
      )}
    </>
  )
}

/** Three sizes, chosen by what fills the narrowest screen: long titles, and long words (German has them). */
export function titleSize(title: string): 'short' | 'long' | 'longest' {
  const word = Math.max(0, ...title.split(/[\s-]+/).map((part) => part.length))
  if (title.length <= 24 && word <= 12) return 'short'
  return title.length <= 48 && word <= 18 ? 'long' : 'longest'
}

function stackOf(idle: Idle, read: boolean): Stack {
  switch (idle.kind) {
    case 'ready':
    case 'ready-blind':
      return { kind: 'waiting', drum: read ? 'landed' : 'tilted' }
    case 'nothing-on':
      return { kind: 'sign', icon: 'calendar' }
    case 'out-of-order':
      return { kind: 'sign', icon: 'pause' }
  }
}

/** One ribbon at most: without a line, a wrong clock is the lesser worry. */
function Ribbon({ shown, voice }: { readonly shown: Shown; readonly voice: Voice }): VNode | undefined {
  const lack = lackOf(shown)
  if (lack === undefined) return undefined
  const icon: IconName = lack === 'clock-wrong' ? 'clock-wrong' : 'no-line'
  return (
    <p class="ribbon">
      <Icon name={icon} />
      <span>{ribbonText(lack, voice)}</span>
    </p>
  )
}

function lackOf(shown: Shown): Parameters<typeof ribbonText>[0] | undefined {
  switch (shown.idle.kind) {
    case 'out-of-order':
      return undefined
    case 'nothing-on':
      return shown.line === 'offline' ? 'offline-nothing-on' : undefined
    case 'ready':
    case 'ready-blind':
      if (shown.line === 'offline') return 'offline'
      return shown.clock === 'wrong' ? 'clock-wrong' : undefined
  }
}

type BandProps = {
  readonly idle: Idle
  readonly read: boolean
  readonly online: boolean
  readonly voice: Voice
}

/** Where to hold the card. A pillar that can do nothing with one has no band. */
function Band({ idle, read, online, voice }: BandProps): VNode | undefined {
  if (read)
    return (
      <div class="band is-read">
        <Icon name="check" />
        <span>{say({ kind: 'read' }, voice).head}</span>
      </div>
    )
  switch (idle.kind) {
    case 'ready':
    case 'ready-blind':
      return <Way words={bandText('hold-card', voice)} look="band" />
    case 'nothing-on':
      return online ? <Way words={bandText('see-points', voice)} look="band quiet" /> : undefined
    case 'out-of-order':
      return undefined
  }
}

function Way({ words, look }: { readonly words: string; readonly look: string }): VNode {
  return (
    <div class={look}>
      <Arrow />
      <span>{words}</span>
    </div>
  )
}

/** While a result stands the way to the reader stays open: the next card is always welcome. */
function Tab({ voice }: { readonly voice: Voice }): VNode {
  return (
    <footer class="base">
      <div class="tab">
        <Arrow />
        <span class="unseen">{bandText('hold-card', voice)}</span>
      </div>
    </footer>
  )
}
