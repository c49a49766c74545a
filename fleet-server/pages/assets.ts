import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { h } from 'preact'
import { render } from 'preact-render-to-string'
import { Mark } from '@spaarzuil/shared/look/mark.js'

/** A file of the page, held in memory: all of them together are smaller than one photograph. */
export interface Asset {
  readonly type: string
  readonly body: Buffer
  /** Changes with the content, so that a browser may keep the file for good. */
  readonly hash: string
}

const TEXT_FACE = '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next'
const ZERO_FACE = '@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk'
/** Served as one stylesheet, in this order: what comes later may override what came before. */
const STYLES = ['colours', 'frame', 'overview', 'tables', 'phone'] as const

/** Every file that the page may ask for, by name. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const packages = createRequire(import.meta.url)
  const own = async (path: string): Promise<Buffer> => readFile(new URL(path, import.meta.url))
  const font = async (face: string): Promise<Asset> =>
    asset('font/woff2', await readFile(packages.resolve(`${face}-wght-normal.woff2`)))
  const fonts = [
    ['text.woff2', await font(`${TEXT_FACE}-latin`)],
    ['text-ext.woff2', await font(`${TEXT_FACE}-latin-ext`)],
    ['zero.woff2', await font(`${ZERO_FACE}-latin`)],
  ] as const
  const styles = Buffer.concat(await Promise.all(STYLES.map(async (name) => own(`style/${name}.css`))))
  const style = fonts.reduce(
    (css, [name, { hash }]) => css.replaceAll(`url('${name}')`, `url('${name}?v=${hash}')`),
    styles.toString(),
  )
  return new Map<string, Asset>([
    ...fonts,
    ['style.css', asset('text/css; charset=utf-8', Buffer.from(style))],
    ['live.js', asset('text/javascript; charset=utf-8', await own('client/live.js'))],
    ['mark.svg', asset('image/svg+xml', Buffer.from(render(h(Mark, {}))))],
  ])
}

const asset = (type: string, body: Buffer): Asset => ({
  type,
  body,
  hash: createHash('sha256').update(body).digest('base64url').slice(0, 16),
})
