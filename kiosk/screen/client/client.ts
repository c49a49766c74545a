/**
 * The display's only script. It puts the newest picture on the stage, and falls back to "out of order" by itself when
 * the kiosk is gone: a visitor never stands before a screen that pretends.
 */

/** Two beats of the kiosk may be missed; then it hangs. In milliseconds. */
const SILENCE_MAX = 15_000
/** A kiosk that restarts is back within this; nobody needs to see it happen. In milliseconds. */
const GRACE = 2_500
/** Where a browser gives up by itself (the kiosk refused it), it is asked again. In milliseconds. */
const ASK_AGAIN = 3_000

const PAINTS = {
  band: '--band',
  bandText: '--band-text',
  fresh: '--fresh',
  freshLabel: '--fresh-label',
  freshText: '--fresh-text',
} as const

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page lacks #${id}`)
  return element
}
const stage = byId('stage')
const spoken = byId('spoken')
const lost = byId('lost')

/** A card system's colours travel as data, because the page's policy forbids style in HTML. */
function paint(screen: Element | null): void {
  if (!(screen instanceof HTMLElement)) return
  for (const [name, property] of Object.entries(PAINTS)) {
    const colour = screen.dataset[name]
    if (colour !== undefined) screen.style.setProperty(property, colour)
  }
}

function put(html: string): void {
  const before = stage.firstElementChild
  const next = document.createElement('template')
  next.innerHTML = html
  const screen = next.content.firstElementChild
  paint(screen)
  const changed = before?.getAttribute('data-state') !== screen?.getAttribute('data-state')
  stage.classList.toggle('changed', changed)
  stage.replaceChildren(next.content)
}

const field = (value: unknown, name: string): string => {
  if (typeof value !== 'object' || value === null) return ''
  const found: unknown = Reflect.get(value, name)
  return typeof found === 'string' ? found : ''
}

let silence = 0
let isLost = false
let isFailing = false

function showLost(): void {
  if (lost.innerHTML === '') return
  isLost = true
  put(lost.innerHTML)
  document.dispatchEvent(new CustomEvent('lights', { detail: 'out-of-order' }))
}
function expectNews(within: number): void {
  isFailing = within === GRACE
  clearTimeout(silence)
  silence = setTimeout(showLost, within)
}

function listen(): void {
  const events = new EventSource('/events')
  let newest = ''
  events.addEventListener('picture', ({ data }: MessageEvent<string>) => {
    newest = data
    const picture: unknown = JSON.parse(data)
    isLost = false
    put(field(picture, 'html'))
    document.documentElement.lang = field(picture, 'language')
    const words = field(picture, 'spoken')
    if (words !== '' && spoken.textContent !== words) spoken.textContent = words
    expectNews(SILENCE_MAX)
  })
  events.addEventListener('lost', ({ data }: MessageEvent<string>) => {
    lost.innerHTML = field(JSON.parse(data), 'html')
  })
  events.addEventListener('beat', () => {
    // A kiosk that only hung speaks again on the same line, and repeats nothing by itself.
    if (isLost && newest !== '') {
      isLost = false
      put(field(JSON.parse(newest), 'html'))
    }
    expectNews(SILENCE_MAX)
  })
  for (const name of ['lights', 'tone'])
    events.addEventListener(name, ({ data }: MessageEvent<string>) => {
      const detail: unknown = JSON.parse(data)
      document.dispatchEvent(new CustomEvent(name, { detail }))
    })
  events.addEventListener('error', () => {
    // Each try fails anew; the time of grace runs from the first.
    if (!isLost && !isFailing) expectNews(GRACE)
    if (events.readyState !== EventSource.CLOSED) return
    events.close()
    setTimeout(listen, ASK_AGAIN)
  })
}

paint(stage.firstElementChild)
expectNews(SILENCE_MAX)
listen()
