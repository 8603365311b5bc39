import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectNumber } from './validate'
import { assignAll, expectMatchingLists, expectVariables, listOf, numbered } from './variable-lists'

const runEmaStep = defineKernel<tf.NamedTensorMap, { count: number; decay: number }, tf.Tensor[]>({
  name: 'DualSegEmaStep',
  composite: (inputs, { count, decay }) => {
    const students = listOf(inputs, 's', count)
    return listOf(inputs, 't', count).map((t, i) => tf.add(tf.mul(t, decay), tf.mul(students[i]!, 1 - decay)))
  },
})

/**
 * Moves a teacher towards its student, all variables at once: `t = decay t + (1 - decay) s`.
 *
 * Source: Tarvainen and Valpola 2017.
 *
 * @param decay 0 (copies the student) to 1 (leaves the teacher)
 * @throws DUALSEG_SHAPE if the lists do not match
 */
export function emaStep(teacher: readonly tf.Variable[], student: readonly tf.Tensor[], decay: number): void {
  expectMatchingLists('emaStep', { teacher, student })
  expectVariables('emaStep', { teacher })
  expectNumber('emaStep', 'decay', decay, 0, 1)
  if (teacher.length === 0) return
  assignAll(teacher, runEmaStep(numbered({ t: teacher, s: student }), { count: teacher.length, decay }))
}
