// Times the Node package @vladmandic/human on stored frames. Run by `facelatch bench --compare`, in the folder that has it.
// Arguments: a raw file of frames (RGB, one after the other), their number, height and width. Prints one JSON object.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const here = Module.createRequire(path.join(process.cwd(), 'peer.js'));
const tf = here('@tensorflow/tfjs');
here('@tensorflow/tfjs-backend-wasm');
const packages = path.join(process.cwd(), 'node_modules');
const { Human } = here(path.join(packages, '@vladmandic/human/dist/human.node-wasm.js'));

async function main() {
  const [file, count, height, width] = [process.argv[2], ...process.argv.slice(3).map(Number)];
  const bytes = fs.readFileSync(file);
  const off = { enabled: false };
  const human = new Human({
    backend: 'wasm',
    modelBasePath: `file://${path.join(packages, '@vladmandic/human/models')}/`,
    wasmPath: `${path.join(packages, '@tensorflow/tfjs-backend-wasm/dist')}/`,
    face: { enabled: true, emotion: off, description: { enabled: true }, iris: { enabled: true } },
    body: off, hand: off, object: off, gesture: off, segmentation: off, filter: off, cacheSensitivity: 0,
  });
  await human.init();
  const each = [];
  let faces = 0;
  for (let n = -1; n < count; n += 1) {
    const start = Math.max(n, 0) * height * width * 3;
    const begun = performance.now();
    const picture = tf.tensor(bytes.subarray(start, start + height * width * 3), [1, height, width, 3], 'float32');
    const result = await human.detect(picture);
    tf.dispose(picture);
    if (n < 0) continue;
    each.push(performance.now() - begun);
    faces += result.face.length;
  }
  process.stdout.write(`${JSON.stringify({ each_ms: each, faces: faces / count })}\n`);
}

main();
