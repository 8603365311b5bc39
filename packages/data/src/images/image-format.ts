export type ImageFormat = 'nifti' | 'nrrd' | 'meta' | 'dicom' | 'h5'

const FORMATS: readonly [RegExp, ImageFormat][] = [
  [/\.nii(\.gz)?$/i, 'nifti'],
  [/\.(nrrd|nhdr)$/i, 'nrrd'],
  [/\.(mha|mhd)$/i, 'meta'],
  [/\.(h5|hdf5)$/i, 'h5'],
]

/** The format that a file's name stands for, or null. */
export function imageFormatOf(path: string): ImageFormat | null {
  return FORMATS.find(([name]) => name.test(path))?.[1] ?? null
}
