import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'
import type { LightSign } from '../ports.js'
import { Mark } from '@spaarzuil/shared/look/mark.js'
import type { Picture } from './render.js'
import { Hand, LightRing } from './simulator-page.js'

/** What the page needs to know of the simulator: the labels of the cards, never their numbers. */
export type SimulatorPage = { readonly labels: readonly string[]; readonly lights: LightSign }

type Page = {
  /** The newest picture; absent until the kiosk has shown its first. */
  readonly picture: Picture | undefined
  /** What the page falls back to by itself when the kiosk is gone. */
  readonly lost: Picture | undefined
  readonly simulator: SimulatorPage | undefined
}

/** The document of the display. It carries no script and no style of its own: the policy of the server forbids both. */
export function page({ picture, lost, simulator }: Page): string {
  const language = picture?.language ?? 'nl'
  const html = render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>spaarzuil</title>
        <link rel="icon" href="/mark.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
        {simulator === undefined ? undefined : <link rel="stylesheet" href="/simulator.css" />}
        <script type="module" src="/client.js"></script>
        {simulator === undefined ? undefined : <script type="module" src="/simulator.js"></script>}
      </head>
      {simulator === undefined ? (
        <body class="display">
          <Stage picture={picture} />
          <Around lost={lost} />
        </body>
      ) : (
        <body class="simulator">
          <header class="sim-top">
            <Mark />
            <span class="sim-name">spaarzuil</span>
            <span class="sim-what">simulated pillar</span>
          </header>
          <div class="sim-pillar">
            <Stage picture={picture} />
            <LightRing sign={simulator.lights} />
          </div>
          <Hand labels={simulator.labels} />
          <Around lost={lost} />
        </body>
      )}
    </html>,
  )
  return `<!doctype html>${html}`
}

function Stage({ picture }: { readonly picture: Picture | undefined }): VNode {
  if (picture === undefined)
    return (
      <main class="stage" id="stage">
        <div class="starting">
          <Mark />
        </div>
      </main>
    )
  // Rendered by us a moment ago, and escaped there.
  return <main class="stage" id="stage" dangerouslySetInnerHTML={{ __html: picture.html }} />
}

function Around({ lost }: { readonly lost: Picture | undefined }): VNode {
  return (
    <>
      <template id="lost" dangerouslySetInnerHTML={{ __html: lost?.html ?? '' }} />
      <p id="spoken" class="unseen" role="status"></p>
    </>
  )
}
