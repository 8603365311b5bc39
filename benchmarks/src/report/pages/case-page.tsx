import { classColour } from '../../data/class-colours'
import type { Arm } from '../arm'
import { distanceUnitOf, figure, measuresIn } from '../measures'
import { shortHash } from '../run-files'
import type { CaseVolumes } from '../viewer-volumes'
import { addressOf, runHref } from './links'
import { page, SortableTable } from './page'

/** What the viewer script reads from the page; addresses are from the report's folder. */
export interface ViewerSetting {
  /** The report's folder, from the page. */
  readonly root: string
  readonly image: string
  readonly reference: string
  readonly predictions: readonly { readonly label: string; readonly file: string }[]
  /** The labels 1, 2, … in their colours; absent where there is one. */
  readonly classes?: readonly { readonly name: string; readonly colour: readonly [number, number, number] }[]
}

/** One case: what every run scored on it, and its volumes if there are any. */
export function casePage(id: string, arms: readonly Arm[], comparison: number, volumes: CaseVolumes | string): string {
  const scored = arms.flatMap((arm) =>
    arm.runs.flatMap((run) => run.cases.filter((one) => one.id === id).map((scores) => ({ arm, run, scores }))),
  )
  const measures = measuresIn(distanceUnitOf(scored[0]?.run.config.settings ?? {}))
  const root = '../../'
  return page(
    id,
    root,
    <>
      <p>
        <a href={`${root}index.html#comparison-${comparison}`}>Comparison</a>
      </p>
      <h1>{id}</h1>
      {typeof volumes === 'string' ? <p class="caution">{volumes}</p> : <Viewer setting={settingOf(volumes, root)} />}
      <SortableTable
        heads={['method', 'fold', 'seed', 'run', ...measures.map(({ title }) => title), 'empty prediction']}
        rows={scored.map(({ arm, run, scores }) => [
          { text: arm.name },
          { text: String(run.config.fold), value: run.config.fold },
          { text: String(run.config.seed), value: run.config.seed },
          { text: shortHash(run), href: `${root}${runHref(run)}` },
          ...measures.map(({ name, digits }) => ({ text: figure(scores[name], digits), value: scores[name] })),
          { text: scores.emptyPrediction ? 'yes' : 'no' },
        ])}
      />
    </>,
    typeof volumes === 'string' ? ['sort'] : ['sort', 'viewer'],
  )
}

function settingOf({ image, reference, predictions, classes }: CaseVolumes, root: string): ViewerSetting {
  return {
    root,
    image: addressOf(image),
    reference: addressOf(reference),
    predictions: predictions.map(({ label, file }) => ({ label, file: addressOf(file) })),
    ...(classes && { classes: classes.map((name, index) => ({ name, colour: classColour(index + 1) })) }),
  }
}

function Viewer({ setting }: { setting: ViewerSetting }) {
  return (
    <section class="viewer" data-setting={JSON.stringify(setting)}>
      <div class="controls">
        <label>
          Prediction{' '}
          <select disabled={setting.predictions.length === 0}>
            {setting.predictions.map(({ label }, index) => (
              <option key={label} value={index}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" name="reference" checked /> {!setting.classes && <i style="background:#3c6" />} reference
        </label>
        <label>
          <input
            type="checkbox"
            name="prediction"
            checked={setting.predictions.length > 0}
            disabled={setting.predictions.length === 0}
          />{' '}
          {!setting.classes && <i style="background:#e33" />} prediction
        </label>
        <label>
          Opacity <input type="range" name="opacity" min="0" max="1" step="0.05" value="0.45" />
        </label>
        {setting.classes?.map(({ name, colour }) => (
          <span key={name}>
            <i style={`background:rgb(${colour.join(',')})`} /> {name}
          </span>
        ))}
        <output>loading</output>
      </div>
      <div class="stage">
        <canvas />
      </div>
      <p>
        The image is shown in 8 bits between its 0.5th and 99.5th percentile; its own values are in the data set.
        {setting.predictions.length === 0 && ' No run kept its prediction of this case.'}
      </p>
    </section>
  )
}
