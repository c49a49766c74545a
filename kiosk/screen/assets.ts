import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { render } from 'preact-render-to-string'
import { h } from 'preact'
import { Mark } from '@spaarzuil/shared/look/mark.js'

/** A file of the page, held in memory: a few hundred kilobytes, read once, so that a dying SD card cannot blank it. */
export type Asset = { readonly type: string; readonly body: Buffer }

const TEXT_FACE = '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next'
const ZERO_FACE = '@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk'

/** Served as one stylesheet, in this order: what comes later may override what came before. */
const STYLES = ['colours', 'frame', 'words', 'pictures', 'portrait'] as const

/** Every path that the page may ask for, besides the page itself. The simulator's files only where there is one. */
export async function loadAssets(simulator: boolean): Promise<ReadonlyMap<string, Asset>> {
  const packages = createRequire(import.meta.url)
  const own = async (type: string, path: string): Promise<Asset> => ({
    type,
    body: await readFile(new URL(path, import.meta.url)),
  })
  const font = async (path: string): Promise<Asset> => ({
    type: 'font/woff2',
    body: await readFile(packages.resolve(path)),
  })
  const css = 'text/css; charset=utf-8'
  const script = 'text/javascript; charset=utf-8'
  const styles = await Promise.all(STYLES.map((name) => own(css, `style/${name}.css`)))
  const assets = new Map<string, Asset>([
    ['/style.css', { type: css, body: Buffer.concat(styles.map(({ body }) => body)) }],
    ['/client.js', await own(script, 'client/client.js')],
    ['/mark.svg', { type: 'image/svg+xml', body: Buffer.from(render(h(Mark, {}))) }],
    ['/fonts/text.woff2', await font(`${TEXT_FACE}-latin-wght-normal.woff2`)],
    ['/fonts/text-ext.woff2', await font(`${TEXT_FACE}-latin-ext-wght-normal.woff2`)],
    ['/fonts/zero.woff2', await font(`${ZERO_FACE}-latin-wght-normal.woff2`)],
  ])
  if (simulator) {
    assets.set('/simulator.css', await own(css, 'style/simulator.css'))
    assets.set('/simulator.js', await own(script, 'client/simulator.js'))
  }
  return assets
}
