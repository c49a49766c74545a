import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { pino } from 'pino'
import { LANGUAGES, type Language } from '@spaarzuil/shared/languages.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openSimulatedReader } from '../../hardware/simulated-reader.js'
import { openScreenServer, type ScreenServer } from '../screen-server.js'
import { SCENES, shownIn } from './samples.js'

/**
 * Takes a picture of every state, size and language, for people to look at:
 * `node kiosk/dist/screen/testing/shots.js OUTDIR [LANGUAGE,…] [SCENE,…] [WIDTHxHEIGHT,…]`. Also says what does not fit.
 */
const SIZES = ['800x480', '1280x800', '1080x1920'] as const

const [outdir, languages, scenes, sizes] = process.argv.slice(2)
const list = (text: string | undefined, all: readonly string[]): readonly string[] =>
  text === undefined || text === 'all' ? all : text.split(',')

if (outdir === undefined) throw new Error('Say where the pictures go: shots.js OUTDIR')
const isLanguage = (name: string): name is Language => LANGUAGES.some((language) => language === name)

/** Runs in the page: names whatever sticks out of its place, or lies over something else. */
const MISFITS = `(() => {
  const box = (selector) => document.querySelector(selector)?.getBoundingClientRect()
  const stage = box('#stage'), trouble = []
  const shown = (rect) => rect && rect.width > 0 && rect.height > 0
  const inside = (selector, rect, room) => {
    if (rect.left < room.left - 1 || rect.right > room.right + 1 || rect.top < room.top - 1 || rect.bottom > room.bottom + 1)
      trouble.push(selector + ' sticks out')
  }
  // The picture is as large as what is drawn, not as its box; its foot stands behind band, ribbon and tab.
  const drawn = () => {
    const all = [...document.querySelectorAll('.column rect, .column path')].map((shape) => shape.getBoundingClientRect())
    const edge = (side, pick) => pick(...all.map((rect) => rect[side]))
    return { left: edge('left', Math.min), right: edge('right', Math.max), top: edge('top', Math.min), bottom: edge('bottom', Math.max), width: all.length, height: 1 }
  }
  const apart = (one, other) => {
    const [a, b] = [box(one), other === '.picture' ? drawn() : box(other)]
    if (shown(a) && shown(b) && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
      trouble.push(one + ' lies over ' + other)
  }
  for (const selector of ['.title', '.shout', '.lead', '.when', '.where', '.head', '.sum', '.late', '.eyebrow', '.help', '.band > span', '.ribbon', '.clock']) {
    const rect = box(selector)
    if (shown(rect)) inside(selector, rect, stage)
    const element = document.querySelector(selector)
    if (element && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
      trouble.push(selector + ' is wider than its place')
  }
  const parts = ['.top', '.eyebrow', '.title', '.shout', '.lead', '.when', '.where', '.head-words', '.sum', '.late', '.tab', '.band', '.ribbon', '.help', '.sign.ring', '.picture']
  parts.forEach((one, i) => parts.slice(i + 1).forEach((other) => { if (!(other === '.picture' && ['.tab', '.band', '.ribbon'].includes(one))) apart(one, other) }))
  return trouble
})()`

async function shoot(page: Page, screen: ScreenServer, size: string): Promise<void> {
  const [width = 0, height = 0] = size.split('x').map(Number)
  await page.setViewportSize({ width, height })
  for (const language of list(languages, LANGUAGES).filter(isLanguage))
    for (const scene of list(scenes, Object.keys(SCENES))) {
      screen.show(shownIn(language, SCENES[scene]))
      // Long enough for the event, the fonts and the longest movement.
      await page.waitForTimeout(PICTURE_SETTLES_MS)
      const name = `${scene}-${language}-${size}`
      const misfits = await page.evaluate<unknown>(MISFITS)
      if (Array.isArray(misfits) && misfits.length > 0)
        process.stdout.write(`${name}: ${misfits.map(String).join(', ')}\n`)
      await page.screenshot({ path: join(out, `${name}.png`), animations: 'disabled' })
    }
}
const PICTURE_SETTLES_MS = 90

async function shootSimulator(page: Page): Promise<void> {
  const reader = openSimulatedReader({ clock: systemClock })
  const cards = ['Ann', 'Bilal', 'Chloé', 'Unknown card', 'Blocked card', 'Stamps card'].map((label, i) => ({
    label,
    uid: `04A1B2C3D4E5F${String(i)}`,
  }))
  await using screen = await openScreenServer({ ...SERVED, simulator: { cards, hand: reader } })
  screen.show(shownIn('nl', SCENES['saved']))
  screen.showLights('saved')
  await page.setViewportSize({ width: 1280, height: 1000 })
  await page.goto(screen.url)
  await page.focus('[data-sample="1"]')
  await page.waitForTimeout(PICTURE_SETTLES_MS * 4)
  await page.screenshot({ path: join(out, 'simulator.png'), animations: 'disabled', fullPage: true })
}

const SERVED = { host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }), clock: systemClock } as const
const out = outdir
await mkdir(out, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  const page = await browser.newPage()
  await using screen = await openScreenServer(SERVED)
  screen.show(shownIn('nl'))
  await page.goto(screen.url)
  for (const size of list(sizes, SIZES)) await shoot(page, screen, size)
  if (scenes === undefined) await shootSimulator(page)
} finally {
  await browser.close()
}
