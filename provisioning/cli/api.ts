import type { Static, TSchema } from 'typebox'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { Failure } from '@spaarzuil/shared/errors.js'

const Problem = Type.Object({
  title: Type.String(),
  detail: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
})

/** The server refused, and says why (RFC 9457). */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refused'
    this.status = status
  }
}

/** The fleet server's HTTP API, as far as technicians need it. Answers are checked, not believed. */
export type Api = {
  get<T extends TSchema>(path: string, schema: T): Promise<Static<T>>
  post<T extends TSchema>(path: string, body: unknown, schema: T): Promise<Static<T>>
  put<T extends TSchema>(path: string, body: unknown, schema: T): Promise<Static<T>>
  postText<T extends TSchema>(path: string, body: string, type: string, schema: T): Promise<Static<T>>
}

/** Fails with REQUEST_INVALID when `server` is no URL of a web server. */
export function openApi(server: string): Api {
  if (!URL.canParse(server) || !/^https?:/i.test(server))
    throw new Failure('REQUEST_INVALID', `"${server}" is not a URL such as http://127.0.0.1:8480`)
  const call = async <T extends TSchema>(
    path: string,
    schema: T,
    request: { method: string; body?: string; type?: string },
  ): Promise<Static<T>> => {
    const response = await fetch(new URL(path, server), {
      method: request.method,
      ...(request.body === undefined ? {} : { body: request.body }),
      headers: request.type === undefined ? {} : { 'content-type': request.type },
    }).catch((cause: unknown) => {
      throw new Failure(
        'SERVER_UNREACHABLE',
        `No fleet server answers at ${server}. Is it running? (npm start, or --server URL)`,
        { cause },
      )
    })
    const body: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw new Refused(response.status, problemText(response.status, body))
    if (!Check(schema, body)) {
      throw new Failure(
        'MESSAGE_INVALID',
        `The server's answer to ${path} is not of the form this program knows`,
      )
    }
    return body
  }
  const json = (method: string, body: unknown) => ({
    method,
    body: JSON.stringify(body),
    type: 'application/json',
  })
  return {
    get: async (path, schema) => call(path, schema, { method: 'GET' }),
    post: async (path, body, schema) => call(path, schema, json('POST', body)),
    put: async (path, body, schema) => call(path, schema, json('PUT', body)),
    postText: async (path, body, type, schema) => call(path, schema, { method: 'POST', body, type }),
  }
}

const problemText = (status: number, body: unknown): string =>
  Check(Problem, body)
    ? [body.title, body.detail].filter(Boolean).join(': ')
    : `The server answered ${status}`
