// node runner.cjs FOLDER builtin|xnnpack: what LiteRT computes. FOLDER holds the npm package @litertjs/core.
// Reads lines of "MODEL INPUT OUTPUT" and writes one for each: "ok MODEL", or "ERROR MODEL: why". INPUT and
// OUTPUT are raw tensors, sample by sample, as `quantop infer` has them.
'use strict';
const fs = require('fs');
const path = require('path');
const Module = require('module');

const [folder, kernels] = process.argv.slice(2);
const said = [];

// The script beside the WebAssembly is CommonJS, though its package says that it holds modules.
function loadScript(file) {
    const script = new Module(file);
    script.filename = file;
    script._compile(fs.readFileSync(file, 'utf8'), file);
    return script.exports;
}

// Only the number of threads is passed on to the runtime, as text. Its own kernels are another number, which
// takes that one's place: 2 are the built-in ones.
const builtinKernels = 2;
function chooseOwnKernels(runtime) {
    const memory = Buffer.from(runtime.HEAPU8.buffer);
    const at = memory.indexOf('num_threads = %d\n');
    if (at < 0)
        throw new Error('this version of LiteRT passes its options on in another way');
    memory.write('kernel_mode', at);
}

function write(runtime, buffer, bytes) {
    const at = buffer.lock(runtime.LiteRtTensorBufferLockMode.WRITE);
    runtime.HEAPU8.set(bytes, at);
    buffer.unlock();
}

function read(runtime, buffer) {
    const at = buffer.lock(runtime.LiteRtTensorBufferLockMode.READ);
    const bytes = Buffer.from(runtime.HEAPU8.slice(at, at + buffer.packedSize()));
    buffer.unlock();
    buffer.delete();
    return bytes;
}

async function runSamples(runtime, environment, model, compiled, samples) {
    const types = [];
    for (let i = 0, count = model.getSignature(0).inputNames().size(); i < count; i++)
        types.push(model.getInputTensorType(0, i));
    const outputs = [];
    for (let at = 0; at < samples.length;) {
        const buffers = types.map(type => {
            const size = type.bytes();
            const buffer = runtime.LiteRtTensorBuffer.createManaged(
                environment, runtime.LiteRtTensorBufferType.HOST_MEMORY, type, size);
            write(runtime, buffer, samples.subarray(at, at + size));
            at += size;
            return buffer;
        });
        for (const output of await compiled.run(0, buffers))
            outputs.push(read(runtime, output));
        buffers.forEach(buffer => buffer.delete());
    }
    return Buffer.concat(outputs);
}

async function runModel(runtime, environment, model, input) {
    const bytes = fs.readFileSync(model);
    const at = runtime._malloc(bytes.length);
    runtime.HEAPU8.set(bytes, at);
    const loaded = runtime.loadModel(environment, at, bytes.length);
    const compiled = await runtime.compileModel(environment, loaded, {
        environment, accelerator: 'wasm', gpuOptions: {}, webNNOptions: {},
        cpuOptions: {numThreads: kernels === 'builtin' ? builtinKernels : 1},
    });
    const outputs = await runSamples(runtime, environment, loaded, compiled, fs.readFileSync(input));
    compiled.delete();
    loaded.delete();
    runtime._free(at);
    return outputs;
}

// Nothing is thrown where tensors cannot be allocated or a kernel fails: what the runtime says counts, too.
async function judge(runtime, environment, [model, input, output]) {
    said.length = 0;
    try {
        const outputs = await runModel(runtime, environment, model, input);
        const errors = said.filter(line => line.startsWith('ERROR'));
        if (errors.length > 0)
            throw new Error(errors.join('; '));
        fs.writeFileSync(output, outputs);
        return `ok ${model}`;
    } catch (error) {
        return `ERROR ${model}: ${error.message || error}; ${said.join('; ')}`.replace(/\s+/g, ' ');
    }
}

(async () => {
    const listen = line => said.push(line);
    const create = loadScript(path.join(folder, 'wasm/litert_wasm_compat_internal.js'));
    const runtime = await create({print: listen, printErr: listen});
    runtime.setupLogging();
    if (kernels === 'builtin')
        chooseOwnKernels(runtime);
    const environment = runtime.LiteRtEnvironment.create(null);
    for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean))
        console.log(await judge(runtime, environment, line.split(' ')));
})().catch(error => {
    console.log(`ERROR: ${error.message || error}`);
    process.exit(1);
});
