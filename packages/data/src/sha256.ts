/** SHA-256 in hex, of bytes that may lie in shared memory. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // Web Crypto takes no shared memory.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', own))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
