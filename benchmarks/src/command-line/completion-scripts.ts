import type { Shell } from './complete'

/**
 * What a shell reads to complete `dualseg`: it asks the program itself, and completes files where that has nothing to say. Libraries for it (`@bomb.sh/tab`) switch
 * files off, which most options here take.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# dualseg completion bash: source <(dualseg completion bash)
_dualseg() {
  local IFS=$'\\n'
  COMPREPLY=($(dualseg complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o bashdefault -o default -F _dualseg dualseg
`,
  zsh: `#compdef dualseg
# dualseg completion zsh: source <(dualseg completion zsh), behind compinit
_dualseg() {
  local -a found
  found=("\${(@f)$(dualseg complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "\${found[1]}" ]]; then
    _files
    return
  fi
  found=("\${(@)found//:/\\\\:}")
  found=("\${(@)found//$'\\t'/:}")
  _describe dualseg found
}
compdef _dualseg dualseg
`,
  fish: `# dualseg completion fish: dualseg completion fish | source
function __dualseg_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (dualseg complete fish -- $words[2..] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c dualseg -f -a '(__dualseg_complete)'
`,
}
