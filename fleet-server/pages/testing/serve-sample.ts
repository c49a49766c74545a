import { fastify } from 'fastify'
import type { Test } from 'tap'
import type { LiveLimits } from '../ports.js'
import { pageRoutes } from '../routes.js'
import { openSampleFleet } from './sample-fleet.js'

/** The staff page of the sample fleet, for one test. */
export async function serve(test: Test, limits?: Partial<LiveLimits>) {
  const fleet = await openSampleFleet(test.testdir())
  const app = fastify()
  await app.register(pageRoutes({ ...fleet.parts, limits }))
  test.teardown(async () => {
    await app.close()
    await fleet.town.database.close()
  })
  const page = async (url = '/?lang=nl', headers: Record<string, string> = {}): Promise<string> =>
    (await app.inject({ url, headers })).body
  return { fleet, app, page }
}
