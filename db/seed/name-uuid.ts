import { createHash } from 'node:crypto'

// This project's own namespace: an arbitrary UUID that must never change.
const NAMESPACE = Buffer.from('3d0f3b0c6e1b4c53a5a6f0a1c2d7e9b4', 'hex')

/** A UUID derived from a name (version 5), the same on every machine and in every run. RFC 9562, section 5.5. */
export function nameUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
