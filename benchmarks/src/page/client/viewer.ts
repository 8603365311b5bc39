import { MULTIPLANAR_TYPE, Niivue, NVImage, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue'
import { classColour } from '../../data/class-colours'

export type View = 'planes' | 'axial' | 'coronal' | 'sagittal' | 'solid'

const VIEWS: Readonly<Record<View, number>> = {
  planes: SLICE_TYPE.MULTIPLANAR,
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  solid: SLICE_TYPE.RENDER,
}

/** By which voxel a key moves the crosshair. */
const STEPS: Readonly<Record<string, readonly [number, number, number]>> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowDown: [0, -1, 0],
  ArrowUp: [0, 1, 0],
  PageDown: [0, 0, -1],
  PageUp: [0, 0, 1],
}

/** Opacity of the scan around its mask. */
const GLASS = 0.15

let viewer: Niivue | undefined

/** Shows a scan with its label map over it, both NIfTI. @param names of the labels 1, 2, … */
export async function show(
  canvas: HTMLCanvasElement,
  image: Uint8Array<ArrayBuffer>,
  label: Uint8Array<ArrayBuffer>,
  names: readonly string[],
): Promise<void> {
  viewer ??= await open(canvas)
  for (const shown of [...viewer.volumes]) viewer.removeVolume(shown)
  viewer.addVolume(await NVImage.loadFromFile({ file: new File([image], 'image.nii'), name: 'image.nii', colormap: 'gray' }))
  const mask = await NVImage.loadFromFile({ file: new File([label], 'mask.nii'), name: 'mask.nii', colormap: 'red' })
  mask.setColormapLabel(coloursOf(names))
  viewer.addVolume(mask)
}

export function look(view: View): void {
  viewer?.setSliceType(VIEWS[view])
  // In 3-D alone the scan would hide what lies within it.
  viewer?.setOpacity(0, view === 'solid' ? GLASS : 1)
}

/** @param share of the mask, 0 to 1 */
export function cover(share: number): void {
  viewer?.setOpacity(1, share)
}

async function open(canvas: HTMLCanvasElement): Promise<Niivue> {
  const made = new Niivue({
    backColor: [0, 0, 0, 1],
    show3Dcrosshair: true,
    crosshairColor: [1, 1, 1, 0.6],
    crosshairWidth: 0.4,
    multiplanarLayout: MULTIPLANAR_TYPE.GRID,
    multiplanarShowRender: SHOW_RENDER.ALWAYS,
    isResizeCanvas: true,
    loadingText: '',
    logLevel: 'error',
  })
  await made.attachToCanvas(canvas)
  // What is dropped on the picture is for the page.
  made.opts.dragAndDropEnabled = false
  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    made.moveCrosshairInVox(...step)
  })
  return made
}

function coloursOf(names: readonly string[]) {
  const colours = [[0, 0, 0], ...names.map((_, index) => classColour(index + 1))]
  const channel = (at: number) => colours.map((colour) => colour[at]!)
  return {
    R: channel(0),
    G: channel(1),
    B: channel(2),
    A: colours.map((_, label) => (label === 0 ? 0 : 255)),
    I: colours.map((_, label) => label),
    labels: ['background', ...names],
  }
}
