import { type FileFault, faultOf } from '@dualseg/trainer'

/** A damaged file of one run. */
export interface RunFault extends FileFault {
  /** Of the run. */
  readonly folder: string
}

/** Reads runs one by one. One that is damaged is no trouble of the others': its fault is kept, and the next is read. */
export function readEach(
  folders: readonly string[],
  read: (folder: string, onFault: (fault: FileFault) => void) => void,
): RunFault[] {
  const faults: RunFault[] = []
  for (const folder of folders) {
    const onFault = (fault: FileFault) => void faults.push({ folder, ...fault })
    try {
      read(folder, onFault)
    } catch (error) {
      const fault = faultOf(error)
      if (fault === undefined) throw error
      onFault(fault)
    }
  }
  return faults
}

export function faultText({ file, found, remedy }: FileFault): string {
  return `${file}: ${found}; ${remedy}`
}

/** Says them to people, a line each. Commands that do so end with `EXIT.data`. */
export function sayFaults(faults: readonly RunFault[]): void {
  for (const fault of faults) console.error(faultText(fault))
}
