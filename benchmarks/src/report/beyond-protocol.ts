import type { TrainingSettings } from '@dualseg/trainer'

/** What runs do beyond their protocol, in words for a table's first line; nothing where they train and test as published. */
export function beyondProtocol({
  augment,
  testMirror,
  labelledCases,
}: Pick<TrainingSettings, 'augment' | 'testMirror' | 'labelledCases'>): string[] {
  return [
    ...(labelledCases === 'drawn' ? ['labelled cases drawn'] : []),
    ...(augment ? [`augment ${augment.kind}${along(augment.mirrorAxes)}`] : []),
    ...(testMirror ? [`test mirrored${along(testMirror)}`] : []),
  ]
}

/** Said only where it is not all three. */
function along(axes: readonly number[]): string {
  if (axes.length === 3) return ''
  return axes.length === 0 ? ' without mirroring' : ` along ${axes.map((axis) => 'xyz'[axis]).join(' and ')}`
}
