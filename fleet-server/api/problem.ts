import { isFailure, type FailureCode } from '@spaarzuil/shared/errors.js'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'

/** Every error of the API: problem details (RFC 9457), with our code and, for a bad request, what is wrong where. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:spaarzuil:problem:<code>' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'what is wrong, where, and what to do' }),
    code: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer (RFC 6901)' }),
          detail: Type.String(),
        }),
        { maxItems: 100 },
      ),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details' },
)
export type Problem = Static<typeof Problem>

/** Refers to the one schema that the app knows by its id. */
const ProblemRef = Type.Unsafe<Problem>({ $ref: 'Problem#' })

/** The answers of a route: what it gives, and the problems any route may have. */
export const answers = <T>(good: T) => ({ ...good, '4xx': ProblemRef, '5xx': ProblemRef }) as const

const STATUS: Readonly<Partial<Record<FailureCode, readonly [status: number, title: string]>>> = {
  ALREADY_EXISTS: [409, 'Already exists'],
  BACKUP_INVALID: [422, 'The backup is not usable'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  CALENDAR_INVALID: [422, 'The calendar is not usable'],
  CARD_FILE_INVALID: [422, 'The card file is not usable'],
  CHIP_NUMBER_INVALID: [422, 'Not a chip number'],
  CONFIG_INVALID: [422, 'A setting is not usable'],
  DATABASE_BUSY: [503, 'The database is busy'],
  DISK_FAILING: [500, 'The disk fails'],
  DISK_FULL: [507, 'The disk is full'],
  EVENT_DOCUMENT_INVALID: [422, 'Not UiTdatabank events'],
  HOST_FOREIGN: [421, 'Not a name of this server'],
  LIMIT_REACHED: [409, 'A limit is reached'],
  MEDIA_TYPE_FOREIGN: [415, 'Not the media type of this route'],
  NOT_FOUND: [404, 'Not found'],
  NOT_LOOPBACK: [403, 'Only on the machine of the server'],
  ORIGIN_FOREIGN: [403, 'Asked by another site'],
  PASS_NUMBER_INVALID: [422, 'Not a pass number'],
  PILLAR_INACTIVE: [409, 'The pillar is not active'],
  REQUEST_INVALID: [400, 'The request is not valid'],
  SERVER_BUSY: [503, 'The server is busy'],
}

const titled = (code: string): string => `urn:spaarzuil:problem:${code.toLowerCase().replaceAll('_', '-')}`

const problem = (status: number, title: string, code: string, detail: string): Problem => ({
  type: titled(code),
  title,
  status,
  detail,
  code,
})

/** What a caller is told of an error. Of what we did not foresee nothing but that it happened: it may hold anything. */
export function problemOf(error: unknown): Problem {
  if (isFailure(error)) {
    const [status, title] = STATUS[error.code] ?? [500, 'The server failed']
    return problem(status, title, error.code, error.message)
  }
  return isFastifyError(error) ? requestProblem(error) : internal()
}

const internal = (): Problem =>
  problem(500, 'The server failed', 'INTERNAL', 'Something went wrong here. It is in the log of the server.')

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_')

function requestProblem(error: FastifyError): Problem {
  if (error.validation !== undefined) return validationProblem(error)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem(413, 'The body is too large', 'BODY_TOO_LARGE', 'Send less at once.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem(
        415,
        'Not the media type of this route',
        'MEDIA_TYPE_FOREIGN',
        'Send application/json, or text/csv for a card file, and say so in Content-Type.',
      )
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      // The parser's own message quotes what it could not read.
      return problem(400, 'The request is not valid', 'REQUEST_INVALID', 'The body is not JSON.')
    default:
      return (error.statusCode ?? 500) < 500
        ? problem(error.statusCode ?? 400, 'The request is not valid', 'REQUEST_INVALID', error.message)
        : internal()
  }
}

function validationProblem(error: FastifyError): Problem {
  const context = error.validationContext ?? 'body'
  const errors = (error.validation ?? []).slice(0, 100).map(({ instancePath, message, params }) => ({
    pointer: context === 'body' ? instancePath : `/${context}${instancePath}`,
    detail: `${message ?? 'is not valid'}${unknownKey(params)}`,
  }))
  const where = errors.map(({ pointer, detail }) => `${pointer === '' ? 'the body' : pointer} ${detail}`)
  return {
    ...problem(400, 'The request is not valid', 'REQUEST_INVALID', where.slice(0, 5).join('; ')),
    errors,
  }
}

const unknownKey = (params: Readonly<Record<string, unknown>>): string =>
  typeof params['additionalProperty'] === 'string' ? `: ${params['additionalProperty'].slice(0, 64)}` : ''

/** Answers an error. What is our fault is logged with its cause; what is the caller's is not our news. */
export async function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const told = problemOf(error)
  if (told.status >= 500) request.log.error({ err: error }, 'a request failed')
  await reply.code(told.status).type('application/problem+json').send(told)
}
