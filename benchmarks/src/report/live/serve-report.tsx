import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dualsegError } from '@dualseg/kernels'
import { errorWords } from '../../command-line/error-words'
import { errorCode } from '../../command-line/exit-codes'
import { runFolders } from '../find-runs'
import type { ListedData } from '../known-splits'
import { page } from '../pages/page'
import type { WriteReportOptions } from '../write-report'
import { type Answer, answer } from './answer'
import { LiveReport } from './live-report'
import { ServedVolumes } from './served-volumes'

export interface ServeOptions extends Pick<WriteReportOptions, 'volumesOf'> {
  /** 0: any that is free. */
  readonly port: number
  /** As for `makeReport`. */
  listed(dataset: string): Promise<ListedData | undefined>
}

export interface ServedReport {
  readonly address: string
  close(): Promise<void>
}

/** Other machines do not reach it: scans may be a patient's. */
const LOOPBACK = '127.0.0.1'

/** Pages load what lies beside them, and no other site may show or load them. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval' blob:; frame-ancestors 'none'; form-action 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Serves the report of the runs below a folder to this machine, as they are whenever a page is asked for.
 *
 * @throws DUALSEG_DATA if there is no such folder; DUALSEG_USAGE if the port cannot be had
 */
export async function serveReport(root: string, { port, listed, volumesOf }: ServeOptions): Promise<ServedReport> {
  runFolders(root)
  const live = new LiveReport(root, listed)
  const volumes = new ServedVolumes(volumesOf)
  let hosts: readonly string[] = []
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, hosts)
    if (refusal !== undefined) return send(response, refusal.status, told(refusal.words))
    respond(request, response).catch((error) => {
      if (errorCode(error) === undefined) console.error(error)
      send(response, 500, told(`This page cannot be made: ${errorWords(error)}`))
    })
  })
  async function respond({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = fileOf(url)
    const found = file === undefined ? undefined : await answer(file, live, volumes)
    if (found === undefined) send(response, 404, told('This report has no such page now; its runs may have changed.'))
    else send(response, 200, found)
  }
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, LOOPBACK, resolve))
  } catch (error) {
    volumes.remove()
    throw dualsegError('DUALSEG_USAGE', `--port ${port}: ${whyNot(error as NodeJS.ErrnoException)}`, { cause: error })
  }
  const own = (server.address() as AddressInfo).port
  // Of port 80 a browser says nothing.
  hosts = [LOOPBACK, 'localhost'].flatMap((name) => [`${name}:${own}`, ...(own === 80 ? [name] : [])])
  return {
    address: `http://${LOOPBACK}:${own}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      volumes.remove()
    },
  }
}

/** A page of another site whose name was made to point here asks under that name. */
function refusalOf(
  { headers, method }: IncomingMessage,
  hosts: readonly string[],
): { status: number; words: string } | undefined {
  if (!hosts.includes(headers.host ?? '')) return { status: 403, words: `This report is served as http://${hosts[0]}/ alone.` }
  return method === 'GET' || method === 'HEAD' ? undefined : { status: 405, words: 'This report can be read, and nothing else.' }
}

/** The place in the report's folder that an address means; undefined where it is none. */
function fileOf(url: string): string | undefined {
  const path = url.replace(/[?#].*$/, '').slice(1)
  try {
    return path === '' ? 'index.html' : path.split('/').map(decodeURIComponent).join('/')
  } catch {
    return undefined
  }
}

function told(words: string): Answer {
  const body = page(
    'Report',
    '/',
    <>
      <p class="caution">{words}</p>
      <p>
        <a href="/">Comparison</a>
      </p>
    </>,
  )
  return { type: 'text/html; charset=utf-8', body }
}

function send(response: ServerResponse, status: number, { type, body }: Answer): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': type }).end(body)
}

function whyNot({ code }: NodeJS.ErrnoException): string {
  const next = 'name another one, or 0 for any that is free'
  if (code === 'EADDRINUSE') return `another program listens there; ${next}`
  if (code === 'EACCES') return `this user may not listen there; ${next}`
  return `this machine does not let it listen at ${LOOPBACK} (${code}); ${next}`
}
