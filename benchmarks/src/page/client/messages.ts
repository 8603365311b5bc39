import type { ClassVolume } from '@dualseg/trainer/browser'

/** What the page asks of the thread that computes. */
export type Request =
  | { readonly kind: 'open'; readonly model: string; readonly pipelines: string }
  | {
      readonly kind: 'segment'
      /** Of every channel, the files that were chosen for it. */
      readonly files: readonly (readonly File[])[]
      readonly crop: string
      readonly force: boolean
    }
  | { readonly kind: 'stop' }

/** What it answers. */
export type Reply =
  | { readonly kind: 'fetched'; readonly loaded: number; readonly total: number }
  | { readonly kind: 'ready'; readonly channels: readonly string[]; readonly device: string; readonly notes: readonly string[] }
  | { readonly kind: 'read'; readonly name: string; readonly image: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'progress'; readonly done: number; readonly windows: number }
  | Segmented
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }

export interface Segmented {
  readonly kind: 'segmented'
  /** The file to be kept, compressed: values as `bench predict` writes them. */
  readonly mask: Blob
  /** For the viewer: 0, 1, 2, … */
  readonly label: Uint8Array<ArrayBuffer>
  readonly classes: readonly ClassVolume[]
  readonly notes: readonly string[]
  readonly seconds: number
}
