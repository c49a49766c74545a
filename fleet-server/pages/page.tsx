import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'
import { LANGUAGES, type Language } from '@spaarzuil/shared/languages.js'
import { Mark } from '@spaarzuil/shared/look/mark.js'
import { CheckInList } from './check-in-list.js'
import { filtered, type Filter, type FleetView } from './fleet-view.js'
import { Icon } from './icons.js'
import { Overview } from './overview.js'
import { PillarTable } from './pillar-table.js'
import { speakerOf, type Speaker } from './speaker.js'
import { wordsIn } from './texts/words.js'

/** What a reader asks of the page. */
export interface Ask {
  readonly language: Language
  readonly filter: Filter
}
export type TitleOf = (cdbid: string, language: Language) => string | undefined

/** The parts that are renewed while somebody watches, as HTML. */
export const PARTS = ['overview', 'pillars', 'check-ins'] as const
export type Parts = Readonly<Record<(typeof PARTS)[number], string>>

export function renderParts(view: FleetView, ask: Ask, titleOf: TitleOf): Parts {
  const shown = filtered(view, ask.filter)
  const speaker = speakerOf(ask.language, view.now, titleOf)
  return {
    overview: render(<Overview view={shown} speaker={speaker} />),
    pillars: render(
      view.pillars.length === 0 ? (
        <p class="card empty">{speaker.words.noPillars}</p>
      ) : (
        <PillarTable view={shown} speaker={speaker} />
      ),
    ),
    'check-ins': render(<CheckInList view={shown} speaker={speaker} />),
  }
}

/** The query that leads to the same page, in this or another language. */
export function queryOf({ language, filter }: Ask, path: string): string {
  const query = new URLSearchParams({ lang: language })
  if (filter.name !== '') query.set('q', filter.name)
  if (filter.cardSystem !== undefined) query.set('system', filter.cardSystem)
  return `${path}?${query.toString()}`
}

/** The whole document. It carries no script and no style of its own: the policy forbids both. */
export function renderPage(
  view: FleetView,
  ask: Ask,
  of: { readonly titleOf: TitleOf; readonly asset: (name: string) => string },
): string {
  const parts = renderParts(view, ask, of.titleOf)
  const speaker = speakerOf(ask.language, view.now, of.titleOf)
  const { words, language } = speaker
  const html = render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${words.title} · spaarzuil`}</title>
        <link rel="icon" href={of.asset('mark.svg')} type="image/svg+xml" />
        <link
          rel="preload"
          href={of.asset('text.woff2')}
          as="font"
          type="font/woff2"
          crossOrigin="anonymous"
        />
        <link rel="stylesheet" href={of.asset('style.css')} />
        <script type="module" src={of.asset('live.js')} />
      </head>
      <body data-live={queryOf(ask, '/live')}>
        <a class="skip" href="#pillars">
          {words.skip}
        </a>
        <Top ask={ask} speaker={speaker} />
        <main>
          <noscript>
            <p class="still">{words.still}</p>
          </noscript>
          <p id="lost" class="lost" role="status" hidden>
            {words.lost}
          </p>
          <div id="overview" dangerouslySetInnerHTML={{ __html: parts.overview }} />
          <Search view={view} ask={ask} speaker={speaker} />
          <div id="pillars" tabIndex={-1} dangerouslySetInnerHTML={{ __html: parts.pillars }} />
          <h2>{words.checkIns}</h2>
          <div id="check-ins" dangerouslySetInnerHTML={{ __html: parts['check-ins'] }} />
        </main>
      </body>
    </html>,
  )
  return `<!doctype html>${html}`
}

function Top({ ask, speaker }: { readonly ask: Ask; readonly speaker: Speaker }): VNode {
  return (
    <header class="top">
      <a class="logo" href={queryOf({ ...ask, filter: { cardSystem: undefined, name: '' } }, '/')}>
        <Mark />
        <span aria-hidden="true">spaarzuil</span>
      </a>
      <p id="live" class="live" hidden>
        {speaker.words.live}
      </p>
      <nav aria-label={speaker.words.languages}>
        <ul>
          {LANGUAGES.map((language) => (
            <li>
              <a
                href={queryOf({ ...ask, language }, '/')}
                lang={language}
                aria-current={language === ask.language ? 'true' : undefined}
                aria-label={wordsIn(language).language}
                hrefLang={language}
              >
                {language.toUpperCase()}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  )
}

/** A plain form: it works without a script, and its answer can be bookmarked. */
function Search(of: {
  readonly view: FleetView
  readonly ask: Ask
  readonly speaker: Speaker
}): VNode | undefined {
  const { view, ask, speaker } = of
  const { words } = speaker
  const { filter } = ask
  if (view.pillars.length === 0) return undefined
  const isFiltered = filter.name !== '' || filter.cardSystem !== undefined
  return (
    <form class="search" role="search" action="/" method="get">
      <input type="hidden" name="lang" value={ask.language} />
      <div class="field grow">
        <label for="q">{words.search}</label>
        <input
          id="q"
          name="q"
          type="search"
          value={filter.name}
          placeholder={words.searchExample}
          maxLength={100}
        />
      </div>
      {view.cardSystems.length > 1 ? (
        <div class="field">
          <label for="system">{words.cardSystem}</label>
          <select id="system" name="system">
            <option value="">{words.allCardSystems}</option>
            {view.cardSystems.map(({ uuid, name }) => (
              <option value={uuid} selected={uuid === filter.cardSystem}>
                {name}
              </option>
            ))}
          </select>
        </div>
      ) : undefined}
      <button type="submit">
        <Icon name="search" />
        {words.find}
      </button>
      {isFiltered ? (
        <a class="all" href={queryOf({ ...ask, filter: { cardSystem: undefined, name: '' } }, '/')}>
          {words.showAll}
        </a>
      ) : undefined}
    </form>
  )
}
