/** The hand, the lights and the sound of a simulated pillar. Loaded only where the kiosk has a simulator. */

type Note = { readonly hertz: number; readonly at: number; readonly long: number }
const note = (hertz: number, at: number, long: number): Note => ({ hertz, at, long })

/** Times in seconds. Rhythm tells the state; pitch helps those who hear it. Nothing sounds like an alarm. */
const TONES: Readonly<Record<string, readonly Note[]>> = {
  read: [note(880, 0, 0.04)],
  saved: [note(587, 0, 0.09), note(784, 0.14, 0.09), note(988, 0.28, 0.22)],
  noted: [note(587, 0, 0.2), note(659, 0.32, 0.2)],
  already: [note(659, 0, 0.09), note(659, 0.2, 0.09)],
  ask: [note(494, 0, 0.24), note(587, 0.33, 0.09)],
  again: [note(554, 0, 0.09), note(554, 0.33, 0.09), note(554, 0.66, 0.09)],
}
const LOUDNESS = 0.15
/** How long a tone's name stays, in milliseconds. */
const NAMED_FOR = 1_500

let audio: AudioContext | undefined
let unnamed = 0

function play(sign: string): void {
  const name = document.getElementById('tone')
  if (name !== null) {
    name.textContent = audio === undefined ? `${sign} (press a card to hear it)` : sign
    name.parentElement?.classList.add('playing')
    clearTimeout(unnamed)
    unnamed = setTimeout(() => {
      name.textContent = 'silent'
      name.parentElement?.classList.remove('playing')
    }, NAMED_FOR)
  }
  for (const { hertz, at, long } of TONES[sign] ?? []) sound(hertz, at, long)
}

function sound(hertz: number, at: number, long: number): void {
  if (audio === undefined) return
  const start = audio.currentTime + at
  const voice = audio.createOscillator()
  const volume = audio.createGain()
  voice.frequency.value = hertz
  volume.gain.setValueAtTime(0, start)
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.01)
  volume.gain.setValueAtTime(LOUDNESS, start + long)
  volume.gain.linearRampToValueAtTime(0, start + long + 0.03)
  voice.connect(volume).connect(audio.destination)
  voice.start(start)
  voice.stop(start + long + 0.05)
}

const text = (event: Event): string =>
  event instanceof CustomEvent && typeof event.detail === 'string' ? event.detail : ''

document.addEventListener('lights', (event) => {
  const lights = document.getElementById('lights')
  lights?.setAttribute('data-sign', text(event))
  lights?.setAttribute('aria-label', `Lights: ${text(event)}`)
})
document.addEventListener('tone', (event) => {
  play(text(event))
})

/** One after the other: a card is never taken off before it was put on. */
let last: Promise<void> = Promise.resolve()

async function post(path: string, sample: string): Promise<void> {
  const trouble = document.getElementById('hand-trouble')
  const body = JSON.stringify({ sample: /^\d+$/.test(sample) ? Number(sample) : sample })
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  }).catch(() => undefined)
  if (trouble === null) return
  trouble.textContent =
    answer === undefined ? 'The kiosk does not answer.' : answer.ok ? '' : (await answer.text()).trim()
}
const send = (path: string, sample: string): void => {
  last = last.then(() => post(path, sample))
}

function press(button: HTMLElement): void {
  if (button.classList.contains('held')) return
  // Browsers allow sound only after a person has done something.
  audio ??= new AudioContext()
  button.classList.add('held')
  send('/simulator/card-on', button.dataset['sample'] ?? '')
}
function release(button: HTMLElement): void {
  if (!button.classList.contains('held')) return
  button.classList.remove('held')
  send('/simulator/card-off', button.dataset['sample'] ?? '')
}

for (const button of document.querySelectorAll<HTMLElement>('button[data-sample]')) {
  const on = (): void => {
    press(button)
  }
  const off = (): void => {
    release(button)
  }
  button.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    button.setPointerCapture(event.pointerId)
    on()
  })
  for (const name of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur'])
    button.addEventListener(name, off)
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    if (!event.repeat) on()
  })
  button.addEventListener('keyup', (event) => {
    if (event.key === 'Enter' || event.key === ' ') off()
  })
  button.addEventListener('contextmenu', (event) => {
    event.preventDefault()
  })
}
