import { Niivue, NVImage, SLICE_TYPE } from '@niivue/niivue'
import type { ViewerSetting } from '../pages/case-page'

/** Volumes come as scripts that call this, since a page from `file://` may not fetch. */
declare global {
  interface Window {
    dualsegVolume?: (file: string, base64: string) => void
  }
}

const section = document.querySelector<HTMLElement>('.viewer')!
const setting = JSON.parse(section.dataset.setting!) as ViewerSetting
const canvas = section.querySelector('canvas')!
const select = section.querySelector('select')!
const output = section.querySelector('output')!
const input = (name: string) => section.querySelector<HTMLInputElement>(`input[name=${name}]`)!

const arrived = new Map<string, (base64: string) => void>()
window.dualsegVolume = (file, base64) => arrived.get(file)?.(base64)

const loaded = new Map<string, Promise<NVImage>>()
const viewer = new Niivue({
  backColor: [0, 0, 0, 1],
  show3Dcrosshair: true,
  isResizeCanvas: true,
  loadingText: '',
  logLevel: 'error',
})
let shown: NVImage | undefined

void start().catch((error: unknown) => {
  output.value = `The viewer cannot start: ${error instanceof Error ? error.message : String(error)}`
  section.dataset.state = 'failed'
})

async function start(): Promise<void> {
  await viewer.attachToCanvas(canvas)
  viewer.setSliceType(SLICE_TYPE.MULTIPLANAR)
  viewer.addVolume(await volume(setting.image, 'gray'))
  viewer.addVolume(await volume(setting.reference, 'green'))
  await showPrediction()
  select.addEventListener('change', () => void showPrediction())
  for (const name of ['reference', 'prediction', 'opacity']) input(name).addEventListener('input', applyOpacity)
}

async function showPrediction(): Promise<void> {
  section.dataset.state = 'loading'
  if (shown !== undefined) viewer.removeVolume(shown)
  const chosen = setting.predictions[Number(select.value)]
  shown = chosen === undefined ? undefined : await volume(chosen.file, 'red')
  if (shown !== undefined) viewer.addVolume(shown)
  applyOpacity()
  output.value = ''
  section.dataset.state = 'shown'
}

function applyOpacity(): void {
  const opacity = Number(input('opacity').value)
  viewer.setOpacity(1, input('reference').checked ? opacity : 0)
  if (shown !== undefined) viewer.setOpacity(2, input('prediction').checked ? opacity : 0)
  viewer.updateGLVolume()
}

function volume(file: string, colormap: string): Promise<NVImage> {
  const known = loaded.get(file)
  if (known !== undefined) return known
  const made = volumeBase64(file)
    .then((base64) =>
      NVImage.loadFromBase64({
        base64,
        name: `${file}.nii.gz`,
        colormap,
        cal_min: colormap === 'gray' ? 0 : 0.5,
        cal_max: colormap === 'gray' ? 255 : 1,
      }),
    )
    .then((image) => {
      // Several classes: each in its colour, in reference and prediction alike.
      if (colormap !== 'gray' && setting.classes) image.setColormapLabel(labelColours(setting.classes))
      return image
    })
  loaded.set(file, made)
  return made
}

function labelColours(foreground: NonNullable<ViewerSetting['classes']>) {
  const classes = [{ name: 'background', colour: [0, 0, 0] }, ...foreground]
  const channel = (at: number) => classes.map(({ colour }) => colour[at]!)
  return {
    R: channel(0),
    G: channel(1),
    B: channel(2),
    A: classes.map((_, label) => (label === 0 ? 0 : 255)),
    I: classes.map((_, label) => label),
    labels: classes.map(({ name }) => name),
  }
}

function volumeBase64(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    arrived.set(file, resolve)
    const script = document.createElement('script')
    script.src = `${setting.root}${file}`
    script.onerror = () => reject(new Error(`${file} is not beside this page`))
    document.head.append(script)
  })
}
