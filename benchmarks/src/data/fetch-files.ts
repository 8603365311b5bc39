import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileError, makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/** One file to be had. */
export type WantedFile = {
  /** For messages: a case id. */
  readonly name: string
  readonly url: string
  readonly path: string
} & FileSum

/** What tells that a file is the one that is meant, in hexadecimal digits. */
type FileSum = { readonly sha256: string } | { readonly md5: string }

export interface FetchOptions {
  /** Connections at once. @default 4 */
  readonly connections?: number
  /** A file is tried this often before it is given up. @default 4 */
  readonly attempts?: number
  /** Without a byte for this long a connection counts as dead. @default 30 */
  readonly stallSeconds?: number
  /** Before the second attempt; doubled before each further one. @default 1 */
  readonly pauseSeconds?: number
  /** A file that goes beyond is not ours. @default 256 MiB */
  readonly mostBytes?: number
  readonly signal?: AbortSignal
  /** `bytes` of the file so far. */
  onBytes?(name: string, bytes: number): void
  onFile?(name: string, how: 'was there' | 'fetched'): void
}

const CONNECTIONS = 4
const ATTEMPTS = 4
const STALL_SECONDS = 30
const PAUSE_SECONDS = 1
const MOST_BYTES = 256 * 2 ** 20
const MOST_REDIRECTS = 3

/**
 * Fetches files side by side. A file appears only when it is complete and has its SHA-256 or MD5; what is there already is verified and left; what
 * was begun goes on from where it stopped. A server that redirects to another host is not followed: nobody agreed to that one.
 *
 * @returns what could not be had, by name; all others are there
 */
export async function fetchFiles(files: readonly WantedFile[], options: FetchOptions = {}): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>()
  const queue = [...files]
  const server: Server = { hasAnswered: false }
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      options.signal?.throwIfAborted()
      try {
        const how = await fetchFile(file, options, server)
        options.onFile?.(file.name, how)
      } catch (error) {
        options.signal?.throwIfAborted()
        failed.set(file.name, error as Error)
        if (server.hasAnswered) continue
        for (const other of queue.splice(0)) failed.set(other.name, trouble(other, 'not tried, for the server did not answer'))
      }
    }
  }
  await Promise.all(Array.from({ length: options.connections ?? CONNECTIONS }, work))
  return failed
}

/** One that never answered is not asked for the other files. */
interface Server {
  hasAnswered: boolean
}

async function fetchFile(file: WantedFile, options: FetchOptions, server: Server): Promise<'was there' | 'fetched'> {
  const [kind, sum] = 'md5' in file ? (['md5', file.md5] as const) : (['sha256', file.sha256] as const)
  if ((await sumOf(file.path, kind)) === sum) return 'was there'
  const part = `${file.path}.part`
  makeFolder(dirname(file.path))
  const attempts = options.attempts ?? ATTEMPTS
  for (let attempt = 1; ; attempt++) {
    try {
      await receive(file, part, options, server)
      const found = await sumOf(part, kind)
      if (found === sum) break
      // What is wrong as a whole cannot be gone on from.
      await rm(part, { force: true })
      throw trouble(file, `${SUM_NAMES[kind]} is ${found}, expected ${sum}`)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (attempt >= attempts || (error as Final).isFinal) throw error
      await wait((options.pauseSeconds ?? PAUSE_SECONDS) * 1000 * 2 ** (attempt - 1), undefined, { signal: options.signal })
    }
  }
  await rename(part, file.path)
  return 'fetched'
}

/** Appends to `part` what is missing. Whether it is all, and right, its checksum says. */
async function receive(file: WantedFile, part: string, options: FetchOptions, server: Server): Promise<void> {
  const { stallSeconds = STALL_SECONDS, mostBytes = MOST_BYTES, signal, onBytes } = options
  const stalled = new AbortController()
  const stop = signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal])
  const arm = () => setTimeout(() => stalled.abort(trouble(file, `nothing came for ${stallSeconds} s`)), stallSeconds * 1000)
  let timer = arm()
  try {
    const begun = (await stat(part).catch(() => undefined))?.size ?? 0
    const response = await request(file, begun, stop)
    server.hasAnswered = true
    const isContinued = response.status === 206 && rangeStart(response) === begun
    // Complete already, or longer than the server's: its checksum decides.
    if (response.status === 416 && begun > 0) return
    if (!isContinued && response.status !== 200)
      throw trouble(file, `the server answered ${response.status}`, response.status === 404)
    const out = await open(part, isContinued ? 'a' : 'w')
    try {
      let bytes = isContinued ? begun : 0
      for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(timer)
        timer = arm()
        bytes += chunk.byteLength
        if (bytes > mostBytes) {
          await rm(part, { force: true })
          throw trouble(file, `more than ${mostBytes} bytes came`, true)
        }
        await out.write(chunk)
        onBytes?.(file.name, bytes)
      }
      await out.sync()
    } finally {
      await out.close()
    }
  } catch (error) {
    if (stalled.signal.aborted) throw stalled.signal.reason
    if ((error as { code?: string }).code === 'DUALSEG_DATA' || signal?.aborted) throw error
    const told = fileError(error, { path: file.path, where: `${file.name}: `, code: 'DUALSEG_DISK' })
    if (told !== error) throw Object.assign(told as Error, { isFinal: true })
    const cause = (error as { cause?: Error }).cause
    throw trouble(file, `the connection failed (${cause?.message ?? (error as Error).message})`)
  } finally {
    clearTimeout(timer)
  }
}

async function request(file: WantedFile, begun: number, signal: AbortSignal): Promise<Response> {
  let url = new URL(file.url)
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const headers = { 'accept-encoding': 'identity', ...(begun > 0 && { range: `bytes=${begun}-` }) }
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    if (response.status < 300 || response.status >= 400) return response
    const target = new URL(response.headers.get('location') ?? '', url)
    await response.body?.cancel()
    if (target.origin !== url.origin)
      throw trouble(file, `the server sends us on to ${target.origin}, which is not ${url.origin}; not followed`, true)
    url = target
  }
  throw trouble(file, `more than ${MOST_REDIRECTS} redirections`, true)
}

function rangeStart(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN)
}

interface Final {
  /** Trying again would change nothing. */
  isFinal?: boolean
}

function trouble({ name, url }: WantedFile, what: string, isFinal = false): Error & Final {
  return Object.assign(dualsegError('DUALSEG_DATA', `${name}: ${what} (${url})`), { isFinal })
}

const SUM_NAMES = { sha256: 'SHA-256', md5: 'MD5' } as const

async function sumOf(path: string, kind: keyof typeof SUM_NAMES): Promise<string | undefined> {
  const hash = createHash(kind)
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return hash.digest('hex')
}
