export type { ChosenVolume, ReadImageFilesOptions } from './browser/read-image-files'
export { readImageFiles } from './browser/read-image-files'
export type { ImageFormat } from './images/image-format'
export { imageFormatOf } from './images/image-format'
