import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minutes } from '@spaarzuil/shared/time.js'
import { fastify } from 'fastify'
import { chromium } from 'playwright-core'
import { pageRoutes } from '../routes.js'
import { fillSample, openSampleFleet } from './sample-fleet.js'

/** Takes pictures of the staff page, for people to look at: `node fleet-server/dist/pages/testing/shots.js OUTDIR`. */
const SIZES = { desktop: [1440, 1000], phone: [390, 844] } as const
const SETTLES_MS = 300

const [outdir, language = 'nl', scheme = 'light'] = process.argv.slice(2)
if (outdir === undefined)
  throw new Error('Say where the pictures go: shots.js OUTDIR [LANGUAGE] [light|dark]')
await mkdir(outdir, { recursive: true })
const folder = await mkdtemp(join(tmpdir(), 'shots-'))
const fleet = await openSampleFleet(folder)
await fillSample(fleet)
const app = fastify()
await app.register(pageRoutes(fleet.parts))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: scheme === 'dark' ? 'dark' : 'light',
    })
    page.on('pageerror', (error) => process.stdout.write(`${name}: ${error.message}\n`))
    page.on('console', (message) => process.stdout.write(`${name}: ${message.text()}\n`))
    await page.goto(`${url}/?lang=${language}`)
    await page.waitForTimeout(SETTLES_MS)
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
    if (wide > width) process.stdout.write(`${name}: ${wide} wide, scrolls sideways\n`)
    await page.screenshot({ path: join(outdir, `${name}-${language}-${scheme}.png`) })
    await page.screenshot({ path: join(outdir, `${name}-${language}-${scheme}-all.png`), fullPage: true })
    await fleet.town.clock.advance(minutes(0.02))
    await page.close()
  }
} finally {
  await browser.close()
  await app.close()
  await fleet.town.database.close()
  await rm(folder, { recursive: true })
}
