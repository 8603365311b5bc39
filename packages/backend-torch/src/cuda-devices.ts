import type { Koffi } from './koffi'

export interface CudaDevice {
  readonly name: string
  readonly memoryBytes: number
}

/** The CUDA devices that the driver shows, asked without PyTorch; none where there is no driver. */
export function cudaDevices(koffi: Koffi): CudaDevice[] {
  try {
    const driver = koffi.load(process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1')
    const count = new Int32Array(1)
    if (driver.func('int cuInit(unsigned int flags)')(0) !== 0) return []
    if (driver.func('int cuDeviceGetCount(void *count)')(count) !== 0) return []
    const deviceGet = driver.func('int cuDeviceGet(void *device, int ordinal)')
    const deviceName = driver.func('int cuDeviceGetName(void *name, int length, int device)')
    const deviceMemory = driver.func('int cuDeviceTotalMem_v2(void *bytes, int device)')
    return Array.from({ length: count[0]! }, (_, ordinal) => {
      const device = new Int32Array(1)
      const name = Buffer.alloc(256)
      const bytes = new BigUint64Array(1)
      deviceGet(device, ordinal)
      deviceName(name, name.length, device[0]!)
      deviceMemory(bytes, device[0]!)
      return { name: name.toString('utf8').replace(/\0.*$/s, ''), memoryBytes: Number(bytes[0]) }
    })
  } catch {
    return []
  }
}
