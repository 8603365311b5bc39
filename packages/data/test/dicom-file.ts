/** What a made slice says; fields left out are as in an ordinary CT. */
export interface DicomFileOptions {
  pixels: Int16Array
  rows: number
  columns: number
  position: number[]
  orientation?: number[]
  pixelSpacing?: number[]
  seriesUid?: string
  slope?: number
  intercept?: number
  instance?: number
  /** What the file says of its encoding, whatever that is. @default explicit little endian */
  transferSyntax?: string
}

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

/** One CT slice as a DICOM file, explicit little endian, uncompressed. Source: DICOM PS3.5, PS3.10. */
export function dicomFile(options: DicomFileOptions): Uint8Array {
  const { pixels, rows, columns, position, orientation = [1, 0, 0, 0, 1, 0], pixelSpacing = [1, 1] } = options
  const instance = options.instance ?? Math.round(position[2]! * 10) + 1000
  const meta = Buffer.concat([
    text(0x0002, 0x0002, 'UI', CT_IMAGE_STORAGE),
    text(0x0002, 0x0003, 'UI', `1.2.3.${instance}`),
    text(0x0002, 0x0010, 'UI', options.transferSyntax ?? EXPLICIT_LITTLE_ENDIAN),
  ])
  const numbers = (values: readonly number[]) => values.join('\\')
  const body = Buffer.concat([
    text(0x0008, 0x0016, 'UI', CT_IMAGE_STORAGE),
    text(0x0008, 0x0018, 'UI', `1.2.3.${instance}`),
    text(0x0008, 0x0060, 'CS', 'CT'),
    text(0x0008, 0x103e, 'LO', 'made'),
    text(0x0020, 0x000d, 'UI', '1.2.3'),
    text(0x0020, 0x000e, 'UI', options.seriesUid ?? '1.2.4'),
    text(0x0020, 0x0013, 'IS', String(instance)),
    text(0x0020, 0x0032, 'DS', numbers(position)),
    text(0x0020, 0x0037, 'DS', numbers(orientation)),
    short(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    short(0x0028, 0x0010, rows),
    short(0x0028, 0x0011, columns),
    text(0x0028, 0x0030, 'DS', numbers(pixelSpacing)),
    short(0x0028, 0x0100, 16),
    short(0x0028, 0x0101, 16),
    short(0x0028, 0x0102, 15),
    short(0x0028, 0x0103, 1),
    text(0x0028, 0x1052, 'DS', String(options.intercept ?? 0)),
    text(0x0028, 0x1053, 'DS', String(options.slope ?? 1)),
    long(0x7fe0, 0x0010, 'OW', Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength)),
  ])
  const metaLength = Buffer.alloc(4)
  metaLength.writeUInt32LE(meta.length)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element(0x0002, 0x0000, 'UL', metaLength), meta, body])
}

function text(group: number, number: number, vr: string, value: string): Buffer {
  const padded = value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' ')
  return element(group, number, vr, Buffer.from(padded, 'latin1'))
}

function short(group: number, number: number, value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return element(group, number, 'US', bytes)
}

function element(group: number, number: number, vr: string, value: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(group, 0)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4, 'latin1')
  head.writeUInt16LE(value.length, 6)
  return Buffer.concat([head, value])
}

function long(group: number, number: number, vr: string, value: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16LE(group, 0)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4, 'latin1')
  head.writeUInt32LE(value.length, 8)
  return Buffer.concat([head, value])
}
