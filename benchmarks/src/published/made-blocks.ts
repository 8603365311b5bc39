import { dualsegError } from '@dualseg/kernels'

const BLOCK = /(<!-- made from (\S+) -->\n)([\s\S]*?)(<!-- end of what was made -->)/g

/** The folders with stored runs whose figures a document shows. */
export function madeFrom(document: string): string[] {
  return [...document.matchAll(BLOCK)].map(([, , folder]) => folder!)
}

/**
 * A document with every block between `<!-- made from <folder> -->` and `<!-- end of what was made -->` made anew.
 *
 * @throws DUALSEG_USAGE if a block has no end
 */
export function withMadeBlocks(document: string, make: (folder: string) => string): string {
  const begun = document.match(/<!-- made from \S+ -->/g)?.length ?? 0
  if (begun !== madeFrom(document).length)
    throw dualsegError('DUALSEG_USAGE', 'A block that is made has no end; close it with <!-- end of what was made -->')
  return document.replace(
    BLOCK,
    (_, head: string, folder: string, __, end: string) => `${head}\n${make(folder).trim()}\n\n${end}`,
  )
}
