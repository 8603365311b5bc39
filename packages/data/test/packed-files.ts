import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** Files that a script beside the fixture made, by name. */
export async function packedFiles(fixture: 'h5-types' | 'bare-slices' | 'multi-frame'): Promise<Map<string, Uint8Array>> {
  const text = await readFile(fileURLToPath(new URL(`./fixtures/${fixture}.json`, import.meta.url)), 'utf8')
  const { files } = JSON.parse(text) as { files: Record<string, string> }
  return new Map(Object.entries(files).map(([name, bytes]) => [name, gunzipSync(Buffer.from(bytes, 'base64'))]))
}
