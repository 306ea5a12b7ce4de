#!/usr/bin/python3
"""Makes the pictures beside it, and prints tests/unit/picture_values.h: what Pillow reads from them.

Run with Pillow 9.4 and NumPy 1.24: ./make.py > ../../unit/picture_values.h
"""
import struct
import sys
import zlib

import numpy as np
from PIL import Image

SIZE = 8  # of what is recorded: SIZE x SIZE


def scene(width, height):
    """A smooth background, edges and some noise, as 8-bit RGB."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    rng = np.random.default_rng(7)
    red = 127 + 100 * np.sin(x / 5) * np.cos(y / 9)
    green = 255 * x / width
    blue = np.where((x // 7 + y // 5) % 2 == 0, 30, 220)
    pixels = np.stack([red, green, blue], axis=2) + rng.normal(0, 9, (height, width, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(name, width, height, depth, colour, rows):
    """What Pillow does not write."""
    raw = b"".join(b"\0" + row for row in rows)
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)))
        file.write(chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def make():
    photo = Image.fromarray(scene(61, 47))
    photo.save("colour.jpg", quality=85)
    photo.save("progressive.jpg", quality=70, progressive=True)
    photo.convert("L").save("grey.jpg", quality=85)
    photo.convert("CMYK").save("inks.jpg", quality=90)
    exif = photo.getexif()
    exif[0x0112] = 6
    photo.save("turned.jpg", quality=85, exif=exif)
    photo.save("colour.png")
    photo.quantize(64).save("palette.png", transparency=3)
    alpha = np.dstack([scene(61, 47), np.tile(np.arange(61, dtype=np.uint8) * 4, (47, 1))])
    Image.fromarray(alpha, "RGBA").save("alpha.png")
    Image.fromarray(alpha, "RGBA").convert("LA").save("grey-alpha.png")
    photo.convert("1").save("bit.png")
    deep = scene(61, 47).astype(np.uint16) * 257 - 100 * (scene(61, 47) > 0)
    png("deep.png", 61, 47, 16, 2, [row.astype(">u2").tobytes() for row in deep])
    png("deep-grey.png", 61, 47, 16, 0, [row[:, 0].astype(">u2").tobytes() for row in deep])


def crop(picture):
    """torchvision.transforms.CenterCrop."""
    left = round((picture.width - SIZE) / 2.0)
    top = round((picture.height - SIZE) / 2.0)
    return picture.crop((left, top, left + SIZE, top + SIZE))


def shorter(picture, size, method):
    """torchvision.transforms.Resize."""
    width, height = picture.size
    if width <= height:
        return picture.resize((size, int(size * height / width)), method)
    return picture.resize((int(size * width / height), size), method)


NAMES = ["colour.jpg", "progressive.jpg", "grey.jpg", "inks.jpg", "turned.jpg", "colour.png",
         "palette.png", "alpha.png", "grey-alpha.png", "bit.png", "deep.png"]


def cases():
    linear, cubic = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC
    for name in NAMES:
        yield name, "RGB", "", "bilinear", lambda p: p.resize((SIZE, SIZE), linear)
    for name in ["colour.jpg", "colour.png", "inks.jpg"]:
        yield name, "L", "", "bilinear", lambda p: p.resize((SIZE, SIZE), linear)
    for name in ["colour.jpg", "alpha.png"]:
        yield name, "RGB", "", "bicubic", lambda p: p.resize((SIZE, SIZE), cubic)
    yield "colour.png", "RGB", "11", "bilinear", lambda p: crop(shorter(p, 11, linear))
    yield "colour.jpg", "RGB", "60", "bicubic", lambda p: crop(shorter(p, 60, cubic))
    yield "colour.png", "RGB", "100x150", "bicubic", lambda p: crop(p.resize((100, 150), cubic))
    yield "colour.png", "RGB", "61x47", "bilinear", crop


def main():
    make()
    print("/* What Pillow 9.4 reads from tests/data/pictures, printed by make.py there: file, channels,")
    print(" * preprocess.resize, filter, and 8 x 8 pixels as hexadecimal numbers. */")
    print("#ifndef TESTS_PICTURE_VALUES_H\n#define TESTS_PICTURE_VALUES_H\n")
    print("static const struct {\n    const char *name;\n    int channels;")
    print("    const char *resize, *filter, *pixels;\n} recorded[] = {")
    for name, mode, resize, method, change in cases():
        pixels = np.asarray(change(Image.open(name).convert(mode))).tobytes().hex()
        print(f'    {{"{name}", {len(mode)}, "{resize}", "{method}",')
        lines = [pixels[i:i + 80] for i in range(0, len(pixels), 80)]
        print("\n".join(f'     "{line}"' for line in lines) + "},")
    print("};\n\n#endif")


if __name__ == "__main__":
    sys.exit(main())
