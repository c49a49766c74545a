import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'

/**
 * The id of a check-in: a UUIDv7 (RFC 9562), so that ids made one after the other lie together in an index. Made from
 * a clock that may be wrong: nothing reads time from it, and it is unique whatever the clock says.
 */
export const newActionId = (): string => v7()

/** A random UUID (version 4), for everything else that needs a name. */
export const newId = (): string => randomUUID()

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Any version, lower case only: one id has one spelling, because topics and seals are compared byte by byte. */
export const isUuid = (text: string): boolean => UUID.test(text)
