import { join, parse } from 'node:path'

/** Where a network's model goes: `la.onnx`, or of several networks `la-vnet.onnx` and `la-resnet.onnx`. */
export function modelFile(given: string, network: string, networks: number): string {
  if (networks === 1) return given
  const { dir, name, ext } = parse(given)
  return join(dir, `${name}-${network}${ext}`)
}
