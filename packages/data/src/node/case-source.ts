import type { LabelClass } from '../label-class'
import type { IntensityRule } from '../preparation'
import type { Case, Triple } from '../volume'

/** Where cases come from; plain data, so that loading threads can be told. */
export type CaseSource = LaSource | FilesSource | PhantomSource | MemorySource

export interface LaSource {
  kind: 'la'
  /** The folder that holds one folder a case. */
  root: string
  /** SHA-256 (hex) of each case's file; a file that differs is refused. Without it only the chunks' checksums are tested. */
  sha256?: Record<string, string>
}

/** Image files of any format that `readImage` reads. */
export interface FilesSource {
  kind: 'files'
  /** The folder that the paths start from. */
  root: string
  /** Paths of image and label, with `{case}` where the case's id belongs. They may be one HDF5 file. */
  image: string
  label: string
  /** Path of the image of a case that `image` leads to none of: where scans without labels lie. */
  unlabelled?: string
  /** Datasets of HDF5 files. @default 'image' and 'label' */
  datasets?: { image: string; label: string }
  /** Classes 1, 2, … of the label, in this order; values that are of none, nor 0 or of `background`, are refused. */
  classes: readonly LabelClass[]
  /** @default [] */
  background?: readonly number[]
  intensity: IntensityRule
  /** Which volume of a 4-D file the image is, from 0. @default the file has one */
  volume?: number
  /** What the image shows, where cases have several. */
  channel?: string
  /** Further images of a case, on the grid of the first. */
  otherChannels?: readonly FilesChannel[]
  /** Images and labels are brought to this spacing (mm, along left, back, head) for training; tests are scored on the files' own grid. @default as they are */
  spacing?: Triple
  /** SHA-256 (hex) by path below `root`, its names composed (NFC); a file that differs is refused. */
  sha256?: Record<string, string>
}

/** One further image of every case. */
export interface FilesChannel {
  /** What it shows, such as FLAIR. */
  name: string
  image: string
  unlabelled?: string
  volume?: number
  intensity: IntensityRule
}

export interface PhantomSource {
  kind: 'phantom'
  seed: number
}

/** Cases held in memory: tests, and data of one's own. */
export interface MemorySource {
  kind: 'memory'
  cases: Case[]
}
