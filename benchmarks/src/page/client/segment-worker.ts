import { wasmEngine } from '@dualseg/backend-wasm'
import { encodeNifti } from '@dualseg/data'
import { type ChosenVolume, readImageFiles } from '@dualseg/data/browser'
import { fetchModel, type Model, segment } from '@dualseg/trainer/browser'
import { config } from 'zod'
import { readCrop } from '../../predict/read-crop'
import type { Reply, Request } from './messages'

// zod would try whether it may make functions out of text, which the page forbids.
config({ jitless: true })

let model: Model
let pipelines: string
let running: AbortController | undefined

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'stop') running?.abort()
  else void (data.kind === 'open' ? open(data) : work(data)).catch(fail)
}

async function open(asked: Extract<Request, { kind: 'open' }>): Promise<void> {
  pipelines = asked.pipelines
  const { device, notes } = await wasmEngine.open()
  model = await fetchModel(asked.model, { onProgress: (loaded, total) => answer({ kind: 'fetched', loaded, total }) })
  answer({ kind: 'ready', channels: model.channels ?? [], device, notes })
}

async function work({ files, crop, force }: Extract<Request, { kind: 'segment' }>): Promise<void> {
  running = new AbortController()
  const { signal } = running
  try {
    const box = crop.trim() === '' ? undefined : readCrop(crop.trim(), 'Look only at')
    const images: ChosenVolume[] = []
    for (const chosen of files) images.push(await readImageFiles(chosen, { pipelinesBaseUrl: pipelines }))
    const [first] = images as [ChosenVolume]
    const image = encodeNifti(first)
    answer({ kind: 'read', name: first.name, image }, [image.buffer])
    const began = performance.now()
    const { mask, label, classes, notes } = await segment(model, images, {
      ...(box && { crop: box }),
      force,
      signal,
      onProgress: (done, windows) => answer({ kind: 'progress', done, windows }),
    })
    const bytes = encodeNifti(mask, { description: model.description.made })
    const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
    const shown = encodeNifti(label)
    const said = images.flatMap((one) => one.notes.map((note) => `${one.name} ${note}`))
    const seconds = (performance.now() - began) / 1000
    answer(
      {
        kind: 'segmented',
        mask: await new Response(compressed).blob(),
        label: shown,
        classes,
        notes: [...said, ...notes],
        seconds,
      },
      [shown.buffer],
    )
  } catch (error) {
    if (!signal.aborted) throw error
    answer({ kind: 'stopped' })
  } finally {
    running = undefined
  }
}

function fail(error: unknown): void {
  answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
}

function answer(reply: Reply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer })
}
