import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Time } from '../api/fields.js'
import { answers } from '../api/problem.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { backupTo } from './backup.js'

export interface BackupRouteParts {
  readonly stateFolder: string
  readonly clock: Clock
}

/** Backups while the server runs. */
export const backupRoutes =
  ({ stateFolder, clock }: BackupRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/backup',
      {
        schema: {
          summary: 'Make a backup in a new folder on the server: database, keys, manifest',
          body: Type.Object(
            {
              folder: Type.String({
                minLength: 1,
                maxLength: 1_000,
                description: 'absolute path of a folder that does not exist yet',
              }),
            },
            { additionalProperties: false },
          ),
          response: answers({
            201: Type.Object({ folder: Type.String(), madeAt: Time, bytes: Type.Integer() }),
          }),
        },
      },
      async ({ body }, reply) => {
        const manifest = await backupTo(body.folder, { stateFolder, clock })
        const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
        return reply.code(201).send({ folder: body.folder, madeAt: manifest.madeAt, bytes })
      },
    )
  }
