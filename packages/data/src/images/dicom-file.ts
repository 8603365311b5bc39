import type { DataSet } from 'dicom-parser'
import { joined } from './joined'
import { latin1Bytes, latin1Text } from './latin1-text'

export interface DicomFile {
  dataSet: DataSet
  /** The whole file, where it was stored without the preamble or the meta information that decoders ask for. */
  completed?: Uint8Array
}

const PREAMBLE = 128
const IMPLICIT = '1.2.840.10008.1.2'
const EXPLICIT = '1.2.840.10008.1.2.1'

/**
 * Parses a DICOM file. Some archives hold data sets as they went over the network: without preamble, without meta information; they are little endian, and their
 * first element tells whether types are written or implied.
 *
 * Source: DICOM PS3.10, 7.1; PS3.5, 7.1.
 *
 * @returns null for bytes that are no DICOM
 * @throws what the parser throws for damaged ones
 */
export async function openDicomFile(bytes: Uint8Array): Promise<DicomFile | null> {
  const { default: parser } = await import('dicom-parser')
  const text = (from: number, to: number) => latin1Text(bytes.subarray(from, to))
  if (text(PREAMBLE, PREAMBLE + 4) === 'DICM') return { dataSet: parser.parseDicom(bytes) }
  // The lowest groups come first: 2 is meta information, 8 says what the data set is. Their elements' numbers and lengths are small.
  if (bytes.length < 8 || ![2, 8].includes(bytes[0]!) || bytes[1] !== 0 || bytes[3] !== 0) return null
  const isExplicit = /^[A-Z]{2}$/.test(text(4, 6))
  if (!isExplicit && (bytes[6] !== 0 || bytes[7] !== 0)) return null
  const syntax = isExplicit ? EXPLICIT : IMPLICIT
  const meta =
    bytes[0] === 2 ? new Uint8Array() : metaInformation(syntax, parser.parseDicom(bytes, { TransferSyntaxUID: syntax } as never))
  const completed = joined([new Uint8Array(PREAMBLE), latin1Bytes('DICM'), meta, bytes])
  return { dataSet: parser.parseDicom(completed), completed }
}

/** Group 2 with what it must have. */
function metaInformation(syntax: string, dataSet: DataSet): Uint8Array {
  const elements = joined([
    element(0x01, 'OB', Uint8Array.of(0, 1)),
    element(0x02, 'UI', uid(dataSet.string('x00080016'))),
    element(0x03, 'UI', uid(dataSet.string('x00080018'))),
    element(0x10, 'UI', uid(syntax)),
  ])
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, elements.length, true)
  return joined([element(0x00, 'UL', length), elements])
}

function element(number: number, type: string, value: Uint8Array): Uint8Array {
  const isLong = type === 'OB'
  const bytes = new Uint8Array(isLong ? 12 : 8)
  const head = new DataView(bytes.buffer)
  head.setUint16(0, 2, true)
  head.setUint16(2, number, true)
  bytes.set(latin1Bytes(type), 4)
  if (isLong) head.setUint32(8, value.length, true)
  else head.setUint16(6, value.length, true)
  return joined([bytes, value])
}

/** Of an even length, as all values are. */
function uid(value = ''): Uint8Array {
  return latin1Bytes(value.length % 2 === 0 ? value : `${value}\0`)
}
