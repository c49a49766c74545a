/**
 * The staff page's only script: it puts the newest state of each part in its place, and says so when it no longer can.
 * Without it the page is complete, and a reload shows the same.
 */

/** Two beats of the server may be missed; then the line is dead, whatever the browser believes. In milliseconds. */
const SILENCE_MAX = 40_000
/** Where a browser gives up by itself (the server refused it), it is asked again. In milliseconds. */
const ASK_AGAIN = 10_000
const PARTS = ['overview', 'pillars', 'check-ins']

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page lacks #${id}`)
  return element
}
const live = byId('live')
const lost = byId('lost')
let silence = 0
let hasLanded = false

function tell(isLive: boolean): void {
  live.hidden = !isLive
  lost.hidden = isLive
}

/** Whoever walks through the page by keyboard stays where they are. */
function put(part: HTMLElement, html: string): void {
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : undefined
  const known = new Set(
    [...part.querySelectorAll('[data-check-in]')].map((row) => row.getAttribute('data-check-in')),
  )
  part.innerHTML = html
  if (focused !== undefined && focused !== '')
    document.getElementById(focused)?.focus({ preventScroll: true })
  if (!hasLanded || known.size === 0) return
  for (const row of part.querySelectorAll('[data-check-in]'))
    if (!known.has(row.getAttribute('data-check-in'))) row.classList.add('fresh')
}

function listen(): void {
  const events = new EventSource(document.body.dataset['live'] ?? '/live')
  const isHeard = (): void => {
    tell(true)
    clearTimeout(silence)
    silence = setTimeout(() => {
      tell(false)
      events.close()
      listen()
    }, SILENCE_MAX)
  }
  for (const part of PARTS)
    events.addEventListener(part, ({ data }: MessageEvent<string>) => {
      const html: unknown = JSON.parse(data)
      if (typeof html === 'string') put(byId(part), html)
    })
  events.addEventListener('beat', () => {
    hasLanded = true
    isHeard()
  })
  events.addEventListener('error', () => {
    tell(false)
    if (events.readyState !== EventSource.CLOSED) return
    clearTimeout(silence)
    setTimeout(listen, ASK_AGAIN)
  })
}

listen()
