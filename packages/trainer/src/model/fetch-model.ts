import { dualsegError } from '@dualseg/kernels'
import { loadModel, type Model } from './load-model'
import { expectModelDescription, type WeightsFile } from './model-description'

export interface FetchModelOptions {
  /** Told of the weights' bytes as files arrive. */
  onProgress?(loaded: number, total: number): void
  readonly signal?: AbortSignal
}

/**
 * Fetches a model as `bench page` writes it. An engine must be open.
 *
 * @param address of `model.json`; the weights lie beside it
 * @throws DUALSEG_DATA if a file is not there, or is another one than the description says
 */
export async function fetchModel(address: string | URL, options: FetchModelOptions = {}): Promise<Model> {
  const { onProgress, signal } = options
  const place = new URL(address, globalThis.location?.href)
  const response = await expectAnswer(place, signal)
  const stored: unknown = await response.json().catch((cause: unknown) => {
    throw dualsegError('DUALSEG_DATA', `${place} is not JSON, or only a part of it; write it again with bench page`, { cause })
  })
  const description = expectModelDescription(stored, String(place))
  const files = description.members.flatMap(({ networks }) => networks)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const weights = new Map<string, Uint8Array>()
  let loaded = 0
  for (const file of files) {
    const at = new URL(file.file, place)
    const bytes = new Uint8Array(await (await expectAnswer(at, signal)).arrayBuffer())
    await expectBytes(at, bytes, file)
    weights.set(file.file, bytes)
    loaded += bytes.length
    onProgress?.(loaded, total)
  }
  return loadModel(description, (file) => weights.get(file)!)
}

async function expectAnswer(place: URL, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(place, { ...(signal && { signal }) }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw dualsegError('DUALSEG_DATA', `${place} cannot be fetched; is the server still there?`, { cause })
  })
  if (!response.ok)
    throw dualsegError(
      'DUALSEG_DATA',
      `${place} cannot be fetched: the server answers ${response.status}; upload the whole folder`,
    )
  return response
}

async function expectBytes(place: URL, bytes: Uint8Array<ArrayBuffer>, expected: WeightsFile): Promise<void> {
  const differs = (found: string | number, said: string | number, what: string) =>
    dualsegError('DUALSEG_DATA', `${place} has ${what} ${found}, model.json says ${said}; upload the whole folder again`)
  if (bytes.length !== expected.bytes) throw differs(bytes.length, expected.bytes, 'so many bytes:')
  // Browsers hand out Web Crypto on https and localhost alone; elsewhere the length, and what safetensors says of itself, must do.
  const subtle = globalThis.crypto?.subtle
  if (subtle === undefined) return
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes))
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (found !== expected.sha256) throw differs(found, expected.sha256, 'the SHA-256')
}
