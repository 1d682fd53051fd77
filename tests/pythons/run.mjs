// Runs checks.py in a Python of an npm package: node run.mjs PACKAGE PROJECT YAML ARGUMENT…
import { createRequire } from 'node:module';

const [name, project, yaml, ...given] = process.argv.slice(2);
const { loadPyodide } = createRequire(import.meta.url)(name);
const python = await loadPyodide({ stdout: (line) => console.log(line) });
for (const [at, root] of Object.entries({ '/project': project, '/packages/yaml': yaml })) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, at);
}
python.globals.set('given', python.toPy(given));
python.runPython(`
import os, runpy, sys
sys.dont_write_bytecode = True
sys.path[:0] = ['/project', '/packages']
os.chdir('/project')
sys.argv[1:] = given
runpy.run_path('tests/pythons/checks.py', run_name='__main__')
`);
