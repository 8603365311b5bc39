import { classColour } from '../../data/class-colours'
import type { AboutModel } from '../about-model'
import { droppedFiles } from './chosen-files'
import type { Reply, Request, Segmented } from './messages'
import { timeLeft } from './time-left'
import { cover, look, show, type View } from './viewer'

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T
const [status, alert, work, result] = ['status', 'alert', 'work', 'result'].map((id) => element(id)) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
]
const bar = element<HTMLProgressElement>('bar')
const drop = element('drop')

const worker = startWorker()
/** What every channel takes, in their order. */
let channels: readonly string[] = []
let chosen: (readonly File[] | undefined)[] = []
let scan: { name: string; image: Uint8Array<ArrayBuffer> } | undefined
let kept: { name: string; mask: Blob } | undefined
let began = 0
let told = 0

worker.onmessage = ({ data }: MessageEvent<Reply>) => hear(data)
worker.onerror = (event) =>
  fail(`the computing thread does not start (${event.message ?? 'no reason is given'}); serve the whole folder over http`)
element('download').addEventListener('click', download)
element('stop').addEventListener('click', () => ask({ kind: 'stop' }))
element<HTMLSelectElement>('view').addEventListener('input', ({ target }) => look((target as HTMLSelectElement).value as View))
element<HTMLInputElement>('opacity').addEventListener('input', ({ target }) => cover(Number((target as HTMLInputElement).value)))
drop.addEventListener('dragover', (event) => {
  event.preventDefault()
  drop.classList.add('over')
})
drop.addEventListener('dragleave', () => drop.classList.remove('over'))
drop.addEventListener('drop', (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  const next = chosen.indexOf(undefined)
  if (event.dataTransfer) void droppedFiles(event.dataTransfer).then((files) => choose(Math.max(next, 0), files), failOf)
})
void introduce().catch(failOf)
status.textContent = 'Loading the model…'
ask({ kind: 'open', model: here('model/model.json'), pipelines: here('pipelines') })

/** As a blob that imports it: only so do the page's rules of what may be reached hold for the thread as well. */
function startWorker(): Worker {
  const source = `import ${JSON.stringify(here('segment-worker.js'))}`
  return new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' })
}

function here(file: string): string {
  return new URL(file, import.meta.url).href
}

function ask(request: Request): void {
  worker.postMessage(request)
}

async function introduce(): Promise<void> {
  const { title, sentences, made } = (await (await fetch(here('about.json'))).json()) as AboutModel
  document.title = title
  document.querySelector('h1')!.textContent = title
  element('about').textContent = sentences.join(' ')
  element('made').textContent = made
}

function hear(reply: Reply): void {
  switch (reply.kind) {
    case 'fetched':
      status.textContent = `Loading the model: ${Math.round((100 * reply.loaded) / reply.total)} %`
      return
    case 'ready':
      channels = reply.channels
      chosen = Array.from({ length: Math.max(channels.length, 1) }, () => undefined)
      element('choosers').replaceChildren(...chosen.map((_, channel) => chooser(channel)))
      document.body.dataset.state = 'ready'
      status.textContent = `Ready: ${[reply.device, ...reply.notes].join(' · ')}`
      return
    case 'read':
      scan = reply
      status.textContent = `Segmenting ${reply.name}`
      return
    case 'progress':
      progress(reply.done, reply.windows)
      return
    case 'segmented':
      void finish(reply).catch(failOf)
      return
    case 'stopped':
      settle('stopped')
      status.textContent = 'Stopped.'
      return
    case 'failed':
      fail(reply.message)
  }
}

/** A file for a channel, or a folder with its DICOM series. */
function chooser(channel: number): HTMLElement {
  const box = document.createElement('div')
  box.className = 'chooser'
  const of = channels.length === 0 ? '' : ` of ${channels[channel]}`
  for (const [words, isFolder] of [
    [`Image file${of}`, false],
    [`DICOM folder${of}`, true],
  ] as const) {
    const label = document.createElement('label')
    label.textContent = `${words} `
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, webkitdirectory: isFolder })
    input.addEventListener('change', () => {
      if (input.files?.length) choose(channel, [...input.files])
      // The same file can be chosen again.
      input.value = ''
    })
    label.append(input)
    box.append(label)
  }
  return box
}

function choose(channel: number, files: readonly File[]): void {
  if (['loading', 'working', 'broken'].includes(document.body.dataset.state!)) return
  chosen[channel] = files
  const missing = chosen.flatMap((of, index) => (of === undefined ? [channels[index] ?? 'the image'] : []))
  if (missing.length > 0) {
    status.textContent = `${channels[channel]} is chosen; still missing: ${missing.join(', ')}`
    return
  }
  document.body.dataset.state = 'working'
  began = performance.now()
  told = 0
  alert.hidden = true
  result.hidden = true
  work.hidden = false
  bar.removeAttribute('value')
  element('left').textContent = ''
  status.textContent = 'Reading the scan'
  ask({
    kind: 'segment',
    files: chosen as (readonly File[])[],
    crop: element<HTMLInputElement>('crop').value,
    force: element<HTMLInputElement>('force').checked,
  })
  chosen = chosen.map(() => undefined)
}

function progress(done: number, windows: number): void {
  bar.max = windows
  bar.value = done
  const left = timeLeft(done, windows, performance.now() - began)
  element('left').textContent = `${done} of ${windows} windows${left && `, ${left}`}`
  // Every quarter is said aloud, and not every window.
  const quarter = Math.floor((4 * done) / windows)
  if (quarter <= told || quarter === 4) return
  told = quarter
  status.textContent = `${25 * quarter} % done${left && `, ${left}`}`
}

async function finish({ mask, label, classes, notes, seconds }: Segmented): Promise<void> {
  const { name, image } = scan!
  settle('done')
  result.hidden = false
  element('of').textContent = `${name}, in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  element('classes').replaceChildren(...classes.map((one, index) => row(index, one)))
  element('notes').replaceChildren(...notes.map((note) => Object.assign(document.createElement('li'), { textContent: note })))
  kept = { name: `${name.replace(/(\.nii\.gz|\.[^.]+)$/i, '')}-label.nii.gz`, mask }
  status.textContent = 'Done.'
  element('result-title').focus()
  await show(
    element<HTMLCanvasElement>('canvas'),
    image,
    label,
    classes.map((one) => one.name),
  ).catch((error: unknown) => fail(`The picture cannot be shown (${wordsOf(error)}); volumes and mask are right all the same.`))
  look(element<HTMLSelectElement>('view').value as View)
  cover(Number(element<HTMLInputElement>('opacity').value))
  document.body.dataset.shown = 'yes'
}

function download(): void {
  const { name, mask } = kept!
  const href = URL.createObjectURL(mask)
  Object.assign(document.createElement('a'), { href, download: name }).click()
  // The click has begun the download; the address is asked for right after.
  setTimeout(() => URL.revokeObjectURL(href), 10_000)
}

function row(index: number, { name, voxels, millilitres }: Segmented['classes'][number]): HTMLElement {
  const line = document.createElement('tr')
  const head = Object.assign(document.createElement('th'), { scope: 'row' })
  const colour = document.createElement('i')
  colour.style.background = `rgb(${classColour(index + 1).join(' ')})`
  head.append(colour, name)
  const volume = millilitres === undefined ? 'unknown: no spacing' : millilitres.toFixed(millilitres < 10 ? 3 : 1)
  const figures = [volume, String(voxels)].map((textContent) =>
    Object.assign(document.createElement('td'), { textContent, className: 'figure' }),
  )
  line.append(head, ...figures)
  return line
}

function settle(state: string): void {
  document.body.dataset.state = state
  work.hidden = true
}

function fail(message: string): void {
  // Without its model the page can do nothing but be loaded again.
  settle(['loading', 'broken'].includes(document.body.dataset.state!) ? 'broken' : 'failed')
  status.textContent = ''
  alert.textContent = message
  // Where it can be forced, the option should be seen.
  if (message.includes('force it')) document.querySelector('details')!.open = true
  alert.hidden = false
}

function failOf(error: unknown): void {
  fail(wordsOf(error))
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
