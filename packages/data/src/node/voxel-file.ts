import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { latin1Text } from '../images/latin1-text'
import { fileBytes } from './images/file-bytes'

/** The text headers that matter here end within this. */
const HEADER_BYTES = 1 << 20

/**
 * The file with the voxels of an image whose header is a file of its own (NRRD, MetaImage): the header alone does not say which image it is.
 *
 * @returns undefined where one file has both, or where reading will refuse what the header says
 */
export async function voxelFileOf(path: string): Promise<string | undefined> {
  if (!/\.(nrrd|nhdr|mha|mhd)$/i.test(path)) return undefined
  const text = latin1Text(await fileBytes(path).head(HEADER_BYTES))
  const [header = ''] = text.split(/\r?\n\r?\n/)
  const name = /^(?:data ?file\s*:|ElementDataFile\s*=)\s*(.+?)\s*$/im.exec(header)?.[1]
  if (name === undefined || /^(local|list)\b/i.test(name) || name.includes('%')) return undefined
  if (isAbsolute(name) || name.split(/[\\/]/).includes('..')) return undefined
  const beside = join(dirname(path), name)
  // Of a header that is a link, the voxels lie where it leads to.
  return existsSync(beside) ? beside : join(dirname(await realpath(path)), name)
}
