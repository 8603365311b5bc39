import { describe, expect, it } from 'vitest'
import { runMain } from './run-main'

describe('help', () => {
  it.each([['--help'], ['-h']])('lists the commands on stdout for %s', async (flag) => {
    const { code, stdout, stderr } = await runMain(flag)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^pnpm bench <command> \[options\]\n/)
    for (const verb of ['la', 'audit', 'conformance']) expect(stdout).toMatch(new RegExp(`^ {2}${verb} +\\w`, 'm'))
  })

  it('of a command shows every option with its default, and examples', async () => {
    const { code, stdout } = await runMain('la', '--help')
    expect(code).toBe(0)
    const options = [
      'method',
      'fold',
      'seed',
      'profile',
      'protocol',
      'augment',
      'mirror',
      'engine',
      'runs',
      'labelled',
      'iterations',
      'data',
      'dry-run',
    ]
    for (const option of [...options, 'json', 'threads', 'without']) expect(stdout).toContain(`--${option}`)
    expect(stdout).toContain('(Default: quick)')
    expect(stdout).toMatch(/EXAMPLES\n\n {2}pnpm bench la\n/)
  })

  it('is plain text where nobody watches a terminal', async () => {
    for (const verb of ['la', 'audit', 'conformance']) expect((await runMain(verb, '-h')).stdout).not.toContain('\u001b')
  })

  it('shows only options that its examples could use', async () => {
    for (const verb of ['la', 'audit', 'conformance']) {
      const { stdout } = await runMain(verb, '--help')
      const [options = '', examples = ''] = stdout.split('EXAMPLES')
      for (const used of examples.match(/--[\w-]+/g) ?? []) expect(options).toContain(used)
    }
  })
})

describe('no command', () => {
  it('is not what an empty variable of the shell gives', async () => {
    expect(await runMain('')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('pnpm bench: an empty word is given; leave it away, or name what was meant'),
    })
  })

  it('shows the overview on stderr and is wrong usage', async () => {
    const { code, stdout, stderr } = await runMain()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('pnpm bench <command> --help shows its options and examples.')
  })

  it('is noticed when options stand first', async () => {
    expect(await runMain('--method', 'mt')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('wrong usage ends with 2, prints no result and names what would be right:', () => {
  it.each([
    ['a command', ['las'], 'bench las: did you mean la? Known: la, '],
    [
      'an option',
      ['la', '--metod', 'mt'],
      '--metod: no such option; did you mean --method? Options: --method --twins --without --fold',
    ],
    ['an option like none', ['la', '--quaternions'], '--quaternions: no such option. Options: --method'],
    ['a short option', ['la', '-m', 'mt'], '-m: no such option'],
    ['a camel-case option', ['la', '--dryRun'], '--dryRun: no such option; did you mean --dry-run?'],
    ['an option of another command', ['audit', '--runs', 'x'], '--runs: no such option'],
    ['a negated value', ['la', '--no-method'], '--no-method: no such option. Options:'],
    ['a method', ['la', '--method', 'mcff'], '--method mcff: did you mean mcf? Known: supervised, mt'],
    ['a method in capitals', ['la', '--method', 'UA-MT'], '--method UA-MT: did you mean ua-mt?'],
    ['a method within a list', ['la', '--method', 'mt,dualnets'], '--method dualnets: did you mean dualnet?'],
    ['a method like none', ['la', '--method', 'transformer'], /^--method transformer: Known: supervised/],
    ['a method of audit', ['audit', '--method', 'mtt'], '--method mtt: did you mean mt?'],
    ['a fold', ['la', '--fold', '7'], '--fold 7: "7" is not a whole number from 0 to 4.'],
    ['a fold within a list', ['la', '--fold', '0,5'], '--fold 0,5: "5" is not a whole number from 0 to 4.'],
    ['a negative fold', ['la', '--fold', '-1'], '--fold -1: "-1" is not a whole number from 0 to 4.'],
    ['a fold that is no number', ['la', '--fold', 'one'], '"one" is not a whole number from 0 to 4.'],
    ['an engine of audit', ['audit', '--engine', 'gpu'], '--engine gpu: did you mean cpu?'],
    ['a profile', ['la', '--profile', 'quik'], '--profile quik: did you mean quick? Known: quick, half, full.'],
    ['an augmentation', ['la', '--augment', 'stong'], '--augment stong: did you mean strong? Known: none, flips, strong.'],
    ['a protocol', ['la', '--protocol', 'author'], '--protocol author: did you mean authors? Known: common, authors.'],
    ['an engine', ['la', '--engine', 'wsam'], '--engine wsam: did you mean wasm? Known: auto,'],
    ['an engine of conformance', ['conformance', 'fixtures/conformance', '--engine', 'gpu'], '--engine gpu: '],
    [
      'a switch',
      ['la', '--method', 'dualnet', '--without', 'uncertainity'],
      '--without (dualnet) uncertainity: did you mean uncertainty? Known: uncertainty, regularisation, pseudo, contrast.',
    ],
    [
      'a switch that one of the methods lacks',
      ['la', '--method', 'dualnet,supervised', '--without', 'uncertainty'],
      '--without uncertainty: supervised has no part to switch off.',
    ],
    ['a seed', ['la', '--seed', '1.5'], '"1.5" is not a whole number from 0 to 4294967295.'],
    ['a seed that is too large', ['la', '--seed', '4294967296'], 'is not a whole number from 0 to 4294967295.'],
    [
      'too few labelled cases',
      ['la', '--labelled', '1'],
      '--labelled 1: supervised: 2 to 80 labelled cases would do (the training list of fold 0 has 80, a batch takes 2 of them); mt, ',
    ],
    [
      'too many labelled cases',
      ['la', '--method', 'mt', '--labelled', '79'],
      '--labelled 79: mt: 2 to 78 labelled cases would do (the training list of fold 0 has 80, a batch takes 2 of them and 2 without labels)',
    ],
    ['more labelled cases than there are', ['la', '--labelled', '81'], '--labelled 81: supervised: 2 to 80 labelled cases'],
    [
      'a labelled case too many for a batch',
      ['la', '--profile', 'full', '--method', 'supervised', '--labelled', '3'],
      ': 4 to 80 ',
    ],
    ['a list where one number belongs', ['la', '--threads', '1,2'], '--threads 1,2: give one number.'],
    ['no iterations', ['la', '--iterations', '0'], '--iterations 0: "0" is not a whole number from 1 to 1000000.'],
    ['no threads', ['la', '--threads', '0'], '--threads 0: "0" is not a whole number from 1 to 256.'],
    ['an option at the end without its value', ['la', '--method'], '--method needs a value'],
    ['an option with an empty value', ['la', '--method='], '--method needs a value'],
    ['an option where a value belongs', ['la', '--method', '--json'], '--method needs a value, but --json follows'],
    ['a flag with a value', ['la', '--json=yes'], '--json=yes: --json takes no value'],
    ['a word that is no option', ['la', 'dualnet'], 'bench la: "dualnet" is no option; options begin with --'],
    [
      'two folders',
      ['conformance', 'a', 'b'],
      'bench conformance: "b" is no option; options begin with --, and <folder> is given already',
    ],
    ['no folder', ['conformance'], 'bench conformance: <folder> is missing'],
    ['a folder given twice', ['la', '--runs', 'a', '--runs', 'b'], '--runs is given twice; give it once'],
    ['a profile given twice', ['la', '--profile', 'quick', '--profile=half'], '--profile is given twice; give it once'],
  ])('%s', async (_, args, words) => {
    const { code, stdout, stderr } = await runMain(...args)
    if (words instanceof RegExp) expect(stderr).toMatch(words)
    else expect(stderr).toContain(words)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
