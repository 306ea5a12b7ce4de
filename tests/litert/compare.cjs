// node compare.cjs: how far the elements of two files are apart. Reads lines of "NAME TYPE A B [CLASSES [LABELS]]"
// and writes one for each: "NAME TYPE elements differing greatest same lost", where greatest is in steps of integers,
// of floats in parts of the greatest one: of that file where it is less, so that it is the same from both sides and
// no file may be all but zero. It is Infinity where files are of different sizes or hold what is no number.
// same is the percentage of samples whose greatest element is at the same place, lost how many percentage points
// fewer of those of B are right (LABELS: a byte each); "-" without them.
'use strict';
const fs = require('fs');

const views = {
    float32: Float32Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, int32: Int32Array, bool: Uint8Array,
    int64: BigInt64Array,
};

function elements(type, file) {
    const bytes = fs.readFileSync(file);
    return new views[type](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function decisions(list, classes) {
    const found = [];
    for (let first = 0; first < list.length; first += classes) {
        let at = first;
        for (let i = first; i < first + classes; i++)
            if (list[i] > list[at])
                at = i;
        found.push(at - first);
    }
    return found;
}

const percentage = (list, holds) => 100 * list.filter(holds).length / list.length;

function compareClasses(a, b, classes, labels) {
    if (!classes)
        return ['-', '-'];
    const ours = decisions(a, Number(classes)), theirs = decisions(b, Number(classes));
    const same = percentage(ours, (x, i) => x === theirs[i]);
    if (!labels)
        return [same, '-'];
    const right = fs.readFileSync(labels);
    return [same, percentage(ours, (x, i) => x === right[i]) - percentage(theirs, (x, i) => x === right[i])];
}

function compareElements(a, b, type) {
    let differing = 0, greatest = 0, sizeA = 0, sizeB = 0;
    for (let i = 0; i < a.length; i++) {
        const x = Number(a[i]), y = Number(b[i]);
        sizeA = Math.max(sizeA, Math.abs(x));
        sizeB = Math.max(sizeB, Math.abs(y));
        differing += x !== y;
        greatest = Number.isFinite(x - y) ? Math.max(greatest, Math.abs(x - y)) : Infinity;
    }
    const isScaled = type === 'float32' && greatest > 0 && greatest < Infinity;
    return [a.length, differing, isScaled ? greatest / Math.min(sizeA, sizeB) : greatest];
}

function compare([name, type, fileA, fileB, classes, labels]) {
    const a = elements(type, fileA), b = elements(type, fileB);
    if (a.length !== b.length || a.length === 0)
        return [name, type, a.length, a.length, Infinity, '-', '-'];
    return [name, type, ...compareElements(a, b, type), ...compareClasses(a, b, classes, labels)];
}

fs.readFileSync(0, 'utf8').split('\n').filter(Boolean).forEach(line => console.log(compare(line.split(' ')).join(' ')));
