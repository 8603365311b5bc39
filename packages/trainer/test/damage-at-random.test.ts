import { damageAtRandom } from './damage-at-random'

damageAtRandom(150)
