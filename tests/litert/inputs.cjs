// node inputs.cjs real FROM TO SCALE ZERO [int8]: the bytes of a file as numbers of float32.
// node inputs.cjs random SAMPLES TO TYPE:ELEMENTS...: drawn inputs of a model, the same every time.
'use strict';
const fs = require('fs');

function real(from, to, scale, zero, type) {
    const bytes = fs.readFileSync(from);
    const stored = type === 'int8' ? new Int8Array(bytes) : new Uint8Array(bytes);
    fs.writeFileSync(to, new Uint8Array(Float32Array.from(stored, x => (x - Number(zero)) * Number(scale)).buffer));
}

let state = 1;
function unit() {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
}

const draw = {
    float32: count => Float32Array.from({length: count}, () => 2 * unit() - 1),
    int8: count => Int8Array.from({length: count}, () => 256 * unit() - 128),
    uint8: count => Uint8Array.from({length: count}, () => 256 * unit()),
    int64: count => BigInt64Array.from({length: count}, () => BigInt(Math.floor(2 * unit()))), // ids, masks, segments
};

function random(samples, to, ...inputs) {
    const parts = [];
    for (let i = 0; i < Number(samples); i++)
        for (const input of inputs) {
            const [type, count] = input.split(':');
            parts.push(Buffer.from(draw[type](Number(count)).buffer));
        }
    fs.writeFileSync(to, Buffer.concat(parts));
}

const [what, ...rest] = process.argv.slice(2);
({real, random})[what](...rest);
