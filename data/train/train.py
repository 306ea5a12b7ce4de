"""Trains the networks on Fashion-MNIST and writes data/*.tflite and the image files.

usage: train.py [--holdout] IMAGE-FOLDER OUTPUT-FOLDER [NETWORK...]

The recipe is fixed beforehand and the last weights are kept: the test images decide nothing, they are
scored once, at the end. --holdout is for choosing a recipe: it withholds every tenth training image,
scores those instead, and writes nothing. On one machine the result repeats; on another it may differ
in the last digits.
"""
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import dataset
import networks
from tflite import Writer

# network: constructor, epochs, highest learning rate, weight decay, whether depthwise filters and batch
# norms decay, too, largest shift, largest hole. That they do not is the advice of A. Howard et al., 2017,
# MobileNets; it leaves their ranges as different from channel to channel as they are in the networks
# that people quantize.
RECIPES = {
    "mobilenet": (networks.mobilenet, 30, 0.1, 1e-3, False, 2, 10),
    "resnet": (networks.resnet, 30, 0.1, 5e-4, True, 2, 10),
    "narrow": (networks.narrow, 10, 0.05, 1e-4, False, 1, 6),
    "mlp": (networks.mlp, 40, 0.05, 2e-4, True, 0, 4),
}
BATCH = 128
SEED = 7


def augment(x, shift, hole):
    """Horizontal flip, a shift of up to `shift` pixels, and an erased square of up to `hole` per image."""
    n, _, h, w = x.shape
    flip = torch.rand(n) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    padded = F.pad(x, (shift, shift, shift, shift))
    dy, dx = torch.randint(0, 2 * shift + 1, (n, 1, 1)), torch.randint(0, 2 * shift + 1, (n, 1, 1))
    rows, columns = torch.arange(h)[None, :, None] + dy, torch.arange(w)[None, None, :] + dx
    x = padded[torch.arange(n)[:, None, None], 0, rows, columns][:, None]
    top, left, size = (torch.randint(0, limit, (n, 1, 1)) for limit in (h, w, hole + 1))
    r, c = torch.arange(h)[None, :, None], torch.arange(w)[None, None, :]
    inside = (r >= top) & (r < top + size) & (c >= left) & (c < left + size)
    return x.masked_fill(inside[:, None], 0.0)


def to_input(images):
    return torch.from_numpy(images.astype(np.float32) / 255.0)[:, None]


def score(model, images, labels):
    model.eval()
    right = 0
    with torch.no_grad():
        for i in range(0, len(images), 500):
            right += int((model(to_input(images[i:i + 500])).argmax(1).numpy() == labels[i:i + 500]).sum())
    return right


def train(name, images, labels):
    make, epochs, rate, decay, decay_all, shift, hole = RECIPES[name]
    torch.manual_seed(SEED)
    model = make().to(memory_format=torch.channels_last)
    steps = epochs * (len(images) // BATCH)
    groups = [{"params": list(model.parameters())}] if decay_all else networks.decay_groups(model)
    optimizer = torch.optim.SGD(groups, rate, momentum=0.9, nesterov=True, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.15)
    targets = torch.from_numpy(labels.astype(np.int64))
    for epoch in range(epochs):
        model.train()
        start, total = time.time(), 0.0
        order = torch.randperm(len(images))
        for i in range(0, len(images) - BATCH + 1, BATCH):
            batch = order[i:i + BATCH]
            x = augment(to_input(images[batch.numpy()]), shift, hole).contiguous(memory_format=torch.channels_last)
            loss = F.cross_entropy(model(x), targets[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"{name}: epoch {epoch + 1}/{epochs} loss {total / (len(images) // BATCH):.4f} {time.time() - start:.0f} s", flush=True)
    return model


def hold_out(names, images, labels):
    held = np.arange(len(images)) % 10 == 0
    for name in names:
        model = train(name, images[~held], labels[~held])
        print(f"{name}: {score(model, images[held], labels[held])} of {held.sum()} withheld images right")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--holdout"]
    folder, out, names = arguments[0], arguments[1], arguments[2:] or list(RECIPES)
    torch.set_num_threads(os.cpu_count() or 1)
    (train_x, train_y), (test_x, test_y), (calib_x, calib_y) = dataset.load(folder)
    if "--holdout" in sys.argv:
        return hold_out(names, train_x, train_y)
    for stem, images, labels in (("test", test_x, test_y), ("calibration", calib_x, calib_y)):
        dataset.write_idx(f"{out}/{stem}-images.idx.gz", images)
        dataset.write_idx(f"{out}/{stem}-labels.idx.gz", labels)
    print(f"{len(train_x)} training images, {len(test_x)} test, {len(calib_x)} calibration", flush=True)
    for name in names:
        model = train(name, train_x, train_y)
        print(f"{name}: {score(model, test_x, test_y)} of {len(test_x)} test images right", flush=True)
        with open(f"{out}/{name}.tflite", "wb") as f:
            f.write(Writer(name, (1, 28, 28, 1)).model(model))


if __name__ == "__main__":
    main()
