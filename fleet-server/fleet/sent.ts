import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { SealingPublicKey } from '@spaarzuil/shared/cards/sealing-keys.js'
import type { Program, Settings } from '@spaarzuil/shared/contract/program.js'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import { days, earlier, type Clock } from '@spaarzuil/shared/time.js'
import type { FleetCatalogue, PillarRecord } from '../check-ins/ports.js'
import type { Store } from '../store/store.js'

/**
 * Gives what a pillar is sent its revision, and writes it down before it is sent: when a pillar says later what it
 * showed, that is looked up here.
 */
export interface Sent {
  programFor(pillar: PillarRecord): Promise<Program>
  settingsFor(pillar: PillarRecord): Promise<Settings>
  /** Forgets programs that no journal can refer to any more. */
  prune(): Promise<void>
}

export interface SentParts {
  readonly store: Store
  readonly catalogue: FleetCatalogue
  readonly sealing: SealingPublicKey
  readonly clock: Clock
}

/** Longer than any pillar stays without network and is still put back into service with its journal. */
const KEPT = days(400)

type Latest = { readonly revision: number; readonly hash: string }
const latestRow = rowParser('sent', Type.Object({ revision: Type.Integer(), hash: Type.String() }))

export function openSent({ store, catalogue, sealing, clock }: SentParts): Sent {
  const { writer, epoch } = store
  return {
    programFor: async (pillar) => {
      const content = catalogue.programFor(pillar.uuid, clock.now())
      // When it was made changes at every look; what it says does not.
      const { madeAtMs: _, ...said } = content
      const hash = hashOf(said)
      const revision = await writer.transaction(async (queries) => {
        const latest = await queries.get(
          `SELECT revision, hash FROM sent_programs
           WHERE pillar_id = ? AND epoch = ? ORDER BY revision DESC LIMIT 1`,
          [pillar.id, epoch],
          latestRow,
        )
        if (latest?.hash === hash) return latest.revision
        const next = nextRevision(latest)
        await queries.run(
          'INSERT INTO programs (hash, content) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING',
          [hash, JSON.stringify(content)],
        )
        await queries.run(
          'INSERT INTO sent_programs (pillar_id, epoch, revision, hash, sent_at) VALUES (?, ?, ?, ?, ?)',
          [pillar.id, epoch, next, hash, clock.now()],
        )
        return next
      })
      return { ...content, epoch, revision }
    },
    settingsFor: async (pillar) => {
      const content = { ...catalogue.settingsFor(pillar.uuid), sealing }
      const hash = hashOf(content)
      const revision = await writer.transaction(async (queries) => {
        const latest = await queries.get(
          'SELECT revision, hash FROM sent_settings WHERE pillar_id = ? AND epoch = ?',
          [pillar.id, epoch],
          latestRow,
        )
        if (latest?.hash === hash) return latest.revision
        const next = nextRevision(latest)
        await queries.run(
          `INSERT INTO sent_settings (pillar_id, epoch, revision, hash, sent_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (pillar_id) DO UPDATE SET epoch = excluded.epoch, revision = excluded.revision,
             hash = excluded.hash, sent_at = excluded.sent_at`,
          [pillar.id, epoch, next, hash, clock.now()],
        )
        return next
      })
      return { ...content, epoch, revision }
    },
    prune: async () => {
      await writer.transaction(async (queries) => {
        await queries.run(
          `DELETE FROM sent_programs WHERE sent_at < ? AND EXISTS (
             SELECT 1 FROM sent_programs AS later
             WHERE later.pillar_id = sent_programs.pillar_id AND later.epoch = sent_programs.epoch
               AND later.revision > sent_programs.revision)`,
          [earlier(clock.now(), KEPT)],
        )
        await queries.run('DELETE FROM programs WHERE hash NOT IN (SELECT hash FROM sent_programs)')
      })
    },
  }
}

const nextRevision = (latest: Latest | undefined): number => (latest?.revision ?? 0) + 1

const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url')
