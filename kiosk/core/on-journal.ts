import { milliseconds } from '@spaarzuil/shared/time.js'
import type { Effect, JournalNews, Now } from './happening.js'
import { RECEIPT_WAIT, type PillarState } from './state.js'
import { answer, cardOf, changeCard, refresh, type Step } from './tell.js'

/** What the journal tells. Only from here on may anything be promised to the visitor. */
export function onJournal(state: PillarState, news: JournalNews, now: Now): Step {
  switch (news.kind) {
    case 'journalled': {
      const { checkIn } = news
      const card = cardOf(state, checkIn.actionId)
      const known = changeCard({ ...state, storage: 'ok' }, checkIn.actionId, { journalled: true })
      if (state.line === 'offline') return answer(known, checkIn.actionId, { kind: 'noted' }, now)
      const waited = now.time.uptimeMs - (card?.tappedAt ?? now.time.uptimeMs)
      const effects: readonly Effect[] = [
        { kind: 'send-live', checkIn },
        {
          kind: 'start-timer',
          timer: { kind: 'receipt', tapId: checkIn.actionId },
          after: milliseconds(Math.max(0, RECEIPT_WAIT - waited)),
        },
      ]
      return { state: known, effects }
    }
    case 'not-journalled': {
      const told = answer({ ...state, storage: news.storage }, news.tapId, { kind: 'not-taken' }, now)
      // Nothing was taken, so there is nothing to repeat: the same card may try again at once.
      const cards = told.state.cards.filter(({ tapId }) => tapId !== news.tapId)
      return { state: { ...told.state, cards }, effects: told.effects }
    }
    case 'storage':
      return news.storage === state.storage
        ? { state, effects: [] }
        : refresh({ ...state, storage: news.storage }, now)
  }
}
