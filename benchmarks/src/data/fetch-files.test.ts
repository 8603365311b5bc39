import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { random } from '@dualseg/kernels/random'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchFiles, type WantedFile } from './fetch-files'

const stream = random(1, 'a file', 0, 0)
const CONTENT = Buffer.from(Uint8Array.from({ length: 300_000 }, () => stream.integer(0, 256)))
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')
const QUICK = { pauseSeconds: 0.01, stallSeconds: 0.3, attempts: 3 }

/** What a server did, and the ranges that it was asked for. */
interface Served {
  readonly url: string
  readonly ranges: (string | undefined)[]
}

async function serve(answer: (response: ServerResponse, from: number, attempt: number) => void): Promise<Served> {
  const ranges: (string | undefined)[] = []
  const listener: RequestListener = (request, response) => {
    ranges.push(request.headers.range)
    answer(response, Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0), ranges.length)
  }
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ranges }
}

/** As a good server does: the rest, if a part was asked for. */
function honest(response: ServerResponse, from: number): void {
  if (from === 0) response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT)
  else
    response
      .writeHead(206, { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` })
      .end(CONTENT.subarray(from))
}

function wanted(url: string, more: Partial<WantedFile> = {}): WantedFile {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-fetch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { name: 'CASE1', url: `${url}CASE1`, path: join(folder, 'CASE1', 'mri_norm2.h5'), sha256: SHA256, ...more }
}

async function expectFetched(file: WantedFile, options = {}): Promise<void> {
  expect(await fetchFiles([file], { ...QUICK, ...options })).toEqual(new Map())
  expect(readFileSync(file.path).equals(CONTENT)).toBe(true)
  expect(existsSync(`${file.path}.part`)).toBe(false)
}

async function expectRefused(file: WantedFile, words: RegExp, options = {}): Promise<void> {
  const failed = await fetchFiles([file], { ...QUICK, ...options })
  expect(failed.get('CASE1')).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringMatching(words) })
  expect(existsSync(file.path)).toBe(false)
}

describe('fetchFiles', () => {
  it('fetches many at once, and the next time finds them', async () => {
    let open = 0
    let most = 0
    const { url, ranges } = await serve((response, from) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        honest(response, from)
      }, 20)
    })
    const first = wanted(url)
    const files = Array.from({ length: 12 }, (_, i) => ({ ...first, name: `CASE${i}`, path: `${first.path}${i}` }))
    const how: string[] = []
    const options = { ...QUICK, connections: 4, onFile: (name: string, said: string) => how.push(`${name} ${said}`) }
    expect(await fetchFiles(files, options)).toEqual(new Map())
    expect({ most, asked: ranges.length }).toEqual({ most: 4, asked: 12 })
    expect(await fetchFiles(files, options)).toEqual(new Map())
    expect(ranges.length).toBe(12)
    expect(how.filter((line) => line.endsWith('was there')).length).toBe(12)
  })

  it('goes on where a connection was cut, again and again', async () => {
    const { url, ranges } = await serve((response, from, attempt) => {
      if (attempt === 3) return honest(response, from)
      const end = from + 100_000
      const head =
        from === 0
          ? { 'content-length': CONTENT.length }
          : { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` }
      response.writeHead(from === 0 ? 200 : 206, head)
      response.write(CONTENT.subarray(from, end), () => setTimeout(() => response.destroy(), 20))
    })
    await expectFetched(wanted(url))
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-'])
  })

  it('goes on in another process from what the last one left', async () => {
    const { url, ranges } = await serve(honest)
    const file = wanted(url)
    await fetchFiles([{ ...file, sha256: SHA256 }], QUICK)
    rmSync(file.path)
    writeFileSync(`${file.path}.part`, CONTENT.subarray(0, 123))
    await expectFetched(file)
    expect(ranges.at(-1)).toBe('bytes=123-')
  })

  it('begins anew where the server cannot give a part', async () => {
    const { url } = await serve((response) => response.writeHead(200).end(CONTENT))
    const file = wanted(url)
    await fetchFiles([{ ...file, sha256: '0'.repeat(64) }], { ...QUICK, attempts: 1 })
    writeFileSync(`${file.path}.part`, 'wrong beginning')
    await expectFetched(file)
  })

  it('throws a part away that is complete but wrong', async () => {
    const { url } = await serve((response, from) =>
      from >= CONTENT.length ? response.writeHead(416).end() : honest(response, from),
    )
    const file = wanted(url)
    await fetchFiles([file], QUICK)
    rmSync(file.path)
    writeFileSync(`${file.path}.part`, Buffer.alloc(CONTENT.length))
    await expectFetched(file)
  })

  it('replaces a file that was damaged since', async () => {
    const { url } = await serve(honest)
    const file = wanted(url)
    await expectFetched(file)
    writeFileSync(file.path, 'damaged')
    await expectFetched(file)
  })

  it('gives a connection up on which nothing comes, and tries again', async () => {
    const { url, ranges } = await serve((response, from, attempt) => {
      if (attempt > 1) return honest(response, from)
      response.writeHead(200, { 'content-length': CONTENT.length }).write(CONTENT.subarray(0, 1000))
    })
    await expectFetched(wanted(url))
    expect(ranges).toEqual([undefined, 'bytes=1000-'])
  })

  it('names the case whose server never says anything', async () => {
    const { url, ranges } = await serve(() => undefined)
    await expectRefused(wanted(url), /^CASE1: nothing came for 0\.3 s \(http:/, { attempts: 2 })
    expect(ranges.length).toBe(2)
  })

  it.each<[string, (response: ServerResponse, from: number) => void, RegExp]>([
    [
      'sends other bytes',
      (response) => void response.writeHead(200).end(Buffer.alloc(300_000)),
      /SHA-256 is [0-9a-f]{64}, expected/,
    ],
    ['sends a page that says sorry', (response) => void response.writeHead(200).end('<html>rate limit</html>'), /SHA-256 is/],
    ['is always cut short', (response) => void response.writeHead(200).end(CONTENT.subarray(0, 5)), /SHA-256 is/],
    ['answers 404', (response) => void response.writeHead(404).end(), /the server answered 404/],
    ['answers 503', (response) => void response.writeHead(503).end(), /the server answered 503/],
    [
      'lies about the range',
      (response, from) => void response.writeHead(206, { 'content-range': `bytes ${from + 1}-9/10` }).end('x'),
      /answered 206/,
    ],
    ['hangs up at once', (response) => void response.destroy(), /the connection failed/],
    [
      'redirects in a circle',
      (response) => void response.writeHead(302, { location: '/CASE1' }).end(),
      /more than 3 redirections/,
    ],
  ])('refuses a server that %s', async (_what, answer, words) => {
    const { url } = await serve(answer)
    await expectRefused(wanted(url), words)
  })

  it('stops a server that sends without end', async () => {
    const { url } = await serve((response) => {
      response.writeHead(200)
      const more = () => response.write(CONTENT) && setImmediate(more)
      response.on('drain', more)
      more()
    })
    const file = wanted(url)
    await expectRefused(file, /more than 1000000 bytes came/, { mostBytes: 1_000_000 })
    expect(existsSync(`${file.path}.part`)).toBe(false)
  })

  it('does not follow to another host, and does to another place of the same', async () => {
    const elsewhere = await serve(honest)
    const { url } = await serve((response) => response.writeHead(302, { location: `${elsewhere.url}CASE1` }).end())
    await expectRefused(
      wanted(url),
      /sends us on to http:\/\/127\.0\.0\.1:\d+, which is not http:\/\/127\.0\.0\.1:\d+; not followed/,
    )
    expect(elsewhere.ranges).toEqual([])
    let asked = 0
    const same = await serve((response, from) =>
      asked++ === 0 ? response.writeHead(301, { location: '/moved' }).end() : honest(response, from),
    )
    await expectFetched(wanted(same.url))
  })

  it('keeps what came when it is interrupted', async () => {
    const { url } = await serve((response, from, attempt) => {
      if (attempt > 1) return honest(response, from)
      response.writeHead(200, { 'content-length': CONTENT.length }).write(CONTENT.subarray(0, 2000))
    })
    const file = wanted(url)
    const interrupt = new AbortController()
    const fetching = fetchFiles([file], {
      ...QUICK,
      stallSeconds: 30,
      signal: interrupt.signal,
      onBytes: () => interrupt.abort(),
    })
    await expect(fetching).rejects.toThrow()
    expect(readFileSync(`${file.path}.part`).length).toBe(2000)
    await expectFetched(file)
  })

  it('asks a server that does not answer for no other file', async () => {
    const { url, ranges } = await serve((response) => response.destroy())
    const file = wanted(url)
    const files = Array.from({ length: 9 }, (_, i) => ({ ...file, name: `CASE${i}`, path: `${file.path}${i}` }))
    const failed = await fetchFiles(files, { ...QUICK, connections: 2 })
    expect(failed.size).toBe(9)
    expect(failed.get('CASE0')!.message).toMatch(/^CASE0: the connection failed/)
    expect(failed.get('CASE8')!.message).toMatch(/^CASE8: not tried, for the server did not answer/)
    expect(ranges.length).toBeLessThanOrEqual(2 * QUICK.attempts)
  })

  it('has all others when some fail', async () => {
    const { url } = await serve((response, from) => honest(response, from))
    const good = wanted(url)
    const bad = { ...wanted(url), name: 'BAD', sha256: '1'.repeat(64) }
    const failed = await fetchFiles([bad, good], QUICK)
    expect([...failed.keys()]).toEqual(['BAD'])
    expect(existsSync(good.path)).toBe(true)
  })
})
