// Added in front of the compiled module: what the pipeline prints is kept for itk-wasm's runtime to fetch.
var printed = ''
var complained = ''
Module.print = (text) => {
  printed += `${text}\n`
}
Module.printErr = (text) => {
  complained += `${text}\n`
}
Module.resetModuleStdout = () => {
  printed = ''
}
Module.resetModuleStderr = () => {
  complained = ''
}
Module.getModuleStdout = () => printed
Module.getModuleStderr = () => complained
