import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { Type } from 'typebox'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { seconds } from '@spaarzuil/shared/time.js'
import { regionCard } from '../../start/sample/numbers.js'
import { expect, type Checks } from './checks.js'
import { eventually, type House } from './house.js'
import { PHONE_ATR, type VirtualReader } from './virtual-reader.js'

/** A card on the virtual reader ends as a point in the ledger and as a message on the screen. */
export type Parts = {
  readonly checks: Checks
  readonly house: House
  readonly virtual: VirtualReader
  /** Where the pictures go, to be looked at. */
  readonly pictures: string
}

const CheckIns = Type.Object({
  items: Type.Array(Type.Object({ verdict: Type.String(), points: Type.Integer() })),
})
const Books = Type.Object({ right: Type.Boolean() })
const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Longer than the hold-off of the same card. */
const AWAY = seconds(4)

export async function checkWholePath({ checks, house, virtual, pictures }: Parts): Promise<void> {
  await mkdir(pictures, { recursive: true })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  try {
    const page = await openScreen(browser, house.screen)
    const see = async (words: string, picture: string): Promise<void> => {
      await page.getByText(words, { exact: false }).first().waitFor({ timeout: 20_000 })
      await page.screenshot({ path: join(pictures, `${picture}.png`) })
    }
    const tap = async (
      card: { uid: string; atr?: string },
      words: string,
      picture: string,
    ): Promise<void> => {
      await virtual.put(card)
      await see(words, picture)
      await virtual.take()
      await systemClock.sleep(AWAY)
    }
    const card = (index: number): { uid: string } => ({ uid: regionCard(index).chip.toLowerCase() })

    await checks.check('the screen is ready and names what is saved for', async () =>
      see('Spaar 1 punt', 'ready'),
    )
    await checks.check('a card on the reader ends as "Gespaard" on the screen', async () =>
      tap(card(1), 'Gespaard', 'saved'),
    )
    await checks.check('and as one point in the ledger', async () => {
      await eventually('one granted check-in', async () => (await granted(house)) === 1)
      expect((await house.api.get('/api/v1/ledger/check', Books)).right, 'books that are right')
    })
    await checks.check('the same card again: already saved, and no second point', async () => {
      await tap(card(1), 'Al gespaard', 'already')
      expect((await granted(house)) === 1, 'still one granted check-in')
    })
    await checks.check('a phone is told to use a pass', async () =>
      tap({ uid: '08a1b2c3', atr: PHONE_ATR }, 'Gebruik je pas', 'not-a-pass'),
    )
    await checks.check('an unknown card and a blocked card see the same words', async () => {
      await tap(card(900), 'Vraag het aan de balie', 'unknown')
      await tap(card(7), 'Vraag het aan de balie', 'blocked')
    })
    await checks.check('without a server a tap is noted', async () => {
      await house.killServer()
      await see('Geen verbinding', 'offline')
      await tap(card(2), 'Genoteerd', 'noted')
    })
    await checks.check('and becomes a point when the server is back', async () => {
      await house.startServer()
      await eventually('a second granted check-in', async () => (await granted(house)) === 2)
    })
    await checks.check(
      'without its reader the pillar says that it is out of order, and comes back',
      async () => {
        await virtual.restartDaemon()
        await see('Spaar 1 punt', 'after-daemon')
        await tap(card(3), 'Gespaard', 'saved-after-daemon')
      },
    )
    await checks.check('the page of the server shows the check-ins', async () => {
      const staff = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
      await staff.goto(house.address)
      await staff.getByText('Foyer').first().waitFor({ timeout: 20_000 })
      await staff.screenshot({ path: join(pictures, 'server.png') })
    })
  } finally {
    await browser.close()
  }
}

async function openScreen(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 800, height: 480 } })
  await page.goto(url)
  return page
}

async function granted(house: House): Promise<number> {
  const { items } = await house.api.get('/api/v1/check-ins?verdict=granted', CheckIns)
  return items.length
}
