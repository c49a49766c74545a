import { writeFileSync } from 'node:fs'
import { protocolDocument } from '@spaarzuil/shared/contract/protocol-doc.js'
import { fileURLToPath } from 'node:url'

/** Writes the pages of docs/ that are made from the code. */
const path = fileURLToPath(new URL('../../../docs/protocol.md', import.meta.url))
writeFileSync(path, protocolDocument())
console.log(`wrote ${path}`)
