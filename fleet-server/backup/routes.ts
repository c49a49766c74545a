import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { answers } from '../api/problem.js'
import { isLoopback } from '../config.js'
import { backupTo } from './backup.js'
import { Manifest } from './manifest.js'

export interface BackupRouteParts {
  readonly stateFolder: string
  readonly clock: Clock
}

const NewBackup = Type.Object(
  {
    folder: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: "absolute path on the server's machine, of a folder that does not exist yet",
    }),
  },
  { additionalProperties: false },
)

/** Backups while the server runs: for whoever is on its machine, since the answer is a folder there. */
export const backupRoutes =
  ({ stateFolder, clock }: BackupRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    let making = false
    app.post(
      '/backups',
      {
        schema: {
          summary: "Copy database and keys into a new folder on the server's machine",
          body: NewBackup,
          response: answers({ 201: Manifest }),
        },
      },
      async ({ body, ip }, reply) => {
        if (!isLoopback(ip)) {
          throw new Failure('NOT_LOOPBACK', "A backup is asked for on the server's own machine")
        }
        // Two at once would only be slower, and fill the disk twice.
        if (making) throw new Failure('SERVER_BUSY', 'A backup is being made. Wait until it is done.')
        making = true
        try {
          return await reply.code(201).send(await backupTo(body.folder, { stateFolder, clock }))
        } finally {
          making = false
        }
      },
    )
  }
