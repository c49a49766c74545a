import { Failure } from '@spaarzuil/shared/errors.js'
import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../config.js'

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Until there are accounts, whoever reaches the server may do all. It listens on loopback; what remains is a page of
 * another site in a browser on this machine. Its requests are known by a foreign Host (DNS rebinding), a foreign Origin,
 * or `Sec-Fetch-Site`; and a form of another site cannot send JSON without asking first.
 */
export function refuseStrangers(request: FastifyRequest): void {
  const { host } = request.headers
  if (host === undefined || !isLoopback(hostnameOf(host))) {
    throw new Failure('HOST_FOREIGN', 'This server answers only as localhost, 127.0.0.1 or [::1]')
  }
  if (READS.has(request.method)) return
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const foreignOrigin = origin !== undefined && origin !== `http://${host}`
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (foreignOrigin || foreignSite) {
    throw new Failure('ORIGIN_FOREIGN', 'A page of another site may change nothing here')
  }
}

const hostnameOf = (host: string): string => host.replace(/:\d+$/, '')
